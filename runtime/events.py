"""The outbox: events committed together with what happened, and the list of what is due.

`dispatch` stands outside row-level security, because workers scan it across tenants; it holds ids and moments only,
nothing a tenant wrote.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from runtime.contracts import Cause, Event, Turn
from runtime.db import Base, Document, Id, Moment, TenantRow, after_commit, current_tenant, db, utc_now
from runtime.queue import wake

__all__ = ["Dispatch", "EventRow", "event_document", "event_of", "find", "find_all", "rows", "wake"]

works: dict[str, Callable[[Turn], None]] = {}
"""What is done when something is due, by its kind: offered by the `jobs.py` of the rooms, filled where the house is put
together."""

NOWHERE = "00000000-0000-0000-0000-000000000000"
"""The tenant of what is due for an account, whichever tenants it may enter."""


class EventRow(TenantRow, Base):
    """event/1 of a record."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_record", "tenant_id", "record_id", "rev"),
        Index("event_app", "tenant_id", "app_id", "form", "id"),
    )

    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Text)
    record_id: Mapped[str] = mapped_column(Id)
    rev: Mapped[int] = mapped_column(Integer)
    release: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    changed: Mapped[list[str]] = mapped_column(Document)
    old: Mapped[dict[str, Any]] = mapped_column(Document)
    new: Mapped[dict[str, Any]] = mapped_column(Document)
    cause_run: Mapped[str | None] = mapped_column(Id)
    cause_depth: Mapped[int] = mapped_column(Integer, default=0)
    batch: Mapped[str | None] = mapped_column(Id)


class Dispatch(Base):
    """Something to be taken up at a moment: an event to relay, a run to advance, a mail to hand over, a timer to fire.

    `id` is the id of the event, run, notice or timer. Whoever takes it up holds it until `lease` and raises `fence`.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        Index("dispatch_due", "due"),
        Index("dispatch_tenant_due", "tenant_id", "due"),  # by which it is shared out over the tenants
        {"info": {"outside_rls": True}},
    )

    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[datetime | None] = mapped_column(Moment)
    fence: Mapped[int] = mapped_column(Integer, default=0)


def rows(event: Event) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The rows to insert with a change: into `event`, and into `dispatch` unless no flow shall hear of it."""
    row = {
        "tenant_id": event.tenant_id,
        "id": event.id,
        "app_id": event.app_id,
        "form": event.form,
        "record_id": event.record_id,
        "rev": event.rev,
        "release": event.release,
        "type": event.type,
        "actor_id": event.actor_id,
        "at": event.at,
        "changed": list(event.changed),
        "old": dict(event.old),
        "new": dict(event.new),
        "cause_run": event.cause.run_id if event.cause else None,
        "cause_depth": event.cause.depth if event.cause else 0,
        "batch": event.batch,
    }
    return row, dispatch_row(event.tenant_id, event.id, "event", event.at) if event.flows else None


def dispatch_row(tenant_id: str, id: str, kind: str, due: datetime) -> dict[str, Any]:
    """A row of `dispatch` that nobody has taken up yet; raises KeyError for a kind that no room offers."""
    if kind not in works:
        raise KeyError(kind)
    return {"tenant_id": tenant_id, "id": id, "kind": kind, "due": due, "lease": None, "fence": 0}


def call_for(id: str, kind: str) -> None:
    """Put something of the tenant on the list, due now; whoever works on it already loses it, and it is begun anew."""
    row = dispatch_row(current_tenant(), id, kind, utc_now())
    mine = (Dispatch.tenant_id == row["tenant_id"], Dispatch.id == id)
    taken = update(Dispatch).where(*mine).values(due=row["due"], lease=None, fence=Dispatch.fence + 1)
    taken = taken.execution_options(synchronize_session=False)
    if not db.session.execute(taken).rowcount:  # type: ignore[attr-defined]
        try:
            with db.session.begin_nested():
                db.session.execute(insert(Dispatch), row)
        except IntegrityError:  # somebody else has called at the same moment, and may have been heard already
            db.session.execute(taken)
    after_commit(lambda: wake())


def event_of(row: Mapping[str, Any]) -> Event:
    """The event of a row, given by column name."""
    return Event(
        id=row["id"],
        tenant_id=row["tenant_id"],
        app_id=row["app_id"],
        form=row["form"],
        record_id=row["record_id"],
        rev=row["rev"],
        release=row["release"],
        type=row["type"],
        actor_id=row["actor_id"],
        at=row["at"],
        changed=tuple(row["changed"]),
        old=row["old"],
        new=row["new"],
        cause=Cause(row["cause_run"], row["cause_depth"]) if row["cause_run"] else None,
        batch=row["batch"],
    )


def find(event_id: str) -> Event | None:
    """An event of the tenant, or None."""
    return next(iter(find_all([event_id])), None)


def find_all(event_ids: Sequence[str]) -> list[Event]:
    """Those of the events that are there, in no order."""
    table = EventRow.__table__
    mine = select(table).where(table.c.tenant_id == current_tenant(), table.c.id.in_(event_ids))
    return [event_of(row) for row in db.session.connection().execute(mine).mappings()]


def event_document(event: Event) -> dict[str, Any]:
    """The event as event/1 JSON."""
    return {
        "format": "event/1",
        "id": event.id,
        "tenant": event.tenant_id,
        "app": event.app_id,
        "form": event.form,
        "record": event.record_id,
        "rev": event.rev,
        "release": event.release,
        "type": event.type,
        "actor": event.actor_id,
        "cause": {"run": event.cause.run_id, "depth": event.cause.depth} if event.cause else None,
        "batch": event.batch,
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "changed": list(event.changed),
        "old": dict(event.old),
        "new": dict(event.new),
    }
