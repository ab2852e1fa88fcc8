"""What is left of a batch."""

from sqlalchemy import func, select

from runtime.db import current_tenant, db
from runtime.records.models import record, record_rev


def living(app_id: str, batch: str) -> list[tuple[str, str]]:
    """Form and id of the records of an app that a batch made and nobody has deleted, the last made first."""
    wanted = select(record.c.form, record.c.id).where(*_of(app_id, batch)).order_by(record.c.id.desc())
    return [(form, id) for form, id in db.session.execute(wanted)]


def count(app_id: str, batch: str) -> int:
    """How many records of a batch are left."""
    return db.session.scalar(select(func.count()).select_from(record).where(*_of(app_id, batch))) or 0


def _of(app_id: str, batch: str) -> tuple[object, ...]:
    mine = record_rev.c.tenant_id == current_tenant(), record_rev.c.batch == batch, record_rev.c.type == "created"
    made = select(record_rev.c.record_id).where(*mine)
    living = record.c.tenant_id == current_tenant(), record.c.app_id == app_id, record.c.deleted_at.is_(None)
    return *living, record.c.id.in_(made)


def any_by_hand(app_id: str) -> bool:
    """Whether somebody has made a record of an app that came with no batch."""
    rev = record_rev.c
    alone = rev.tenant_id == current_tenant(), rev.app_id == app_id, rev.type == "created", rev.batch.is_(None)
    found = select(rev.record_id).where(*alone, rev.actor_id.is_not(None), rev.run_id.is_(None)).limit(1)
    return db.session.scalar(found) is not None
