"""Opening a draft flow with what surrounds it."""

from typing import Any

from builder.drafts import service as drafts
from builder.drafts.models import Draft
from builder.flows.desk import Desk
from runtime import actions, triggers
from runtime.connections import service as connections
from runtime.i18n import Translate
from runtime.identity import service as identity
from runtime.releases.models import App

TYPES: dict[str, Any] = {**triggers.registry, **actions.registry}
"""Every node type by name, triggers first."""

MOST_MEMBERS = 500
"""So many people a panel lists by name; more are found by role, field or department."""


def open_desk(app: App, key: str, lang: str, translate: Translate) -> tuple[Draft, Desk]:
    """A draft flow and the desk it lies on; raises NotFound."""
    draft = drafts.find(app, "flows", key)
    document = drafts.whole(app)
    return draft, Desk(
        flow=draft.document,
        forms={form["key"]: form for form in document.get("forms") or ()},
        roles=document.get("roles") or (),
        types=TYPES,
        lang=lang,
        translate=translate,
        members=[{"id": one.id, "name": one.name} for one in identity.members(limit=MOST_MEMBERS)],
        connections=[{"key": one.key, "title": one.title} for one in connections.connections(app.id)],
        departments=[{"id": one.id, "title": one.title} for one in identity.departments()],
        timezone=identity.this_tenant().timezone,
    )
