"""Whether a step is done, as the database tells it."""

from sqlalchemy import select

from builder.drafts import service as drafts
from builder.gallery import service as gallery
from builder.gallery.guide.steps import Facts
from builder.gallery.models import Guide
from runtime.db import current_tenant, db, transaction
from runtime.exchange import service as imports
from runtime.identity import service as identity
from runtime.records.batches import service as batches
from runtime.releases import service as releases
from runtime.releases.models import App


def facts_of(app: App, lang: str) -> Facts | None:
    """What is known of an app; None once its list was put away."""
    guide = _guide(app)
    if guide is not None and guide.closed:
        return None
    forms = drafts.whole(app).get("forms") or [{"key": ""}]
    return Facts(
        seen=list(guide.seen) if guide else [],
        live=app.release is not None,
        form=str(forms[0]["key"]),
        recorded=batches.any_by_hand(app.id),
        members=len(identity.members(limit=2)),
        empty_roles=gallery.empty_roles(app, lang) if app.release else [],
        imported=imports.any_done(app.id),
        samples=batches.count(app.id, app.id),
    )


def see(app: App, step: str) -> None:
    """Note that a step was looked at."""
    with transaction():
        guide = _kept(app)
        guide.seen = list(dict.fromkeys([*guide.seen, step]))


def close(app: App) -> None:
    """Put the list of an app away."""
    with transaction():
        _kept(app).closed = True


def _guide(app: App) -> Guide | None:
    return db.session.scalar(select(Guide).where(Guide.app_id == app.id))


def _kept(app: App) -> Guide:
    releases.hold(app)  # of two who look at something at once the second finds what the first has kept
    guide = _guide(app)
    if guide is None:
        guide = Guide(tenant_id=current_tenant(), app_id=app.id, seen=[], closed=False)
        db.session.add(guide)
    return guide
