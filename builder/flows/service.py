"""Opening a draft flow with what surrounds it."""

from builder.drafts import service as drafts
from builder.drafts.models import Draft
from builder.flows.desk import Desk
from runtime.connections import service as connections
from runtime.flows.showing.service import TYPES, people
from runtime.i18n import Translate
from runtime.identity import service as identity
from runtime.releases.models import App


def open_desk(app: App, key: str, lang: str, translate: Translate) -> tuple[Draft, Desk]:
    """A draft flow and the desk it lies on; raises NotFound."""
    draft = drafts.find(app, "flows", key)
    document = drafts.whole(app)
    members, departments = people()
    return draft, Desk(
        flow=draft.document,
        forms={form["key"]: form for form in document.get("forms") or ()},
        roles=document.get("roles") or (),
        types=TYPES,
        lang=lang,
        translate=translate,
        members=members,
        connections=[{"key": one.key, "title": one.title} for one in connections.connections(app.id)],
        departments=departments,
        timezone=identity.this_tenant().timezone,
    )
