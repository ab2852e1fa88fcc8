"""Statements of the dispatch list and of runs, the same on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    cast,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from runtime.events import Dispatch, EventRow
from runtime.flows.engine import UNDER_WAY
from runtime.flows.models import FlowRun
from runtime.flows.sql_claim import takeable

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due when somebody acts, not by itself. The row stays, so that its fence goes on rising."""

RATE_WINDOW = timedelta(minutes=1)


def any_due(now: datetime) -> Select[tuple[int]]:
    """One row when something can be taken up."""
    return select(Dispatch.fence).where(takeable(now)).limit(1)


def _held(tenant_id: str, id: str, fence: int) -> ColumnElement[bool]:
    return and_(Dispatch.tenant_id == tenant_id, Dispatch.id == id, Dispatch.fence == fence)


def hold(tenant_id: str, id: str, fence: int, lease: datetime) -> Update:
    """Renew a lease; hits no row when somebody else has taken over."""
    return update(Dispatch).where(_held(tenant_id, id, fence)).values(lease=lease)


def release(tenant_id: str, id: str, fence: int, due: datetime) -> Update:
    """Let go of a row until it is due again."""
    return update(Dispatch).where(_held(tenant_id, id, fence)).values(due=due, lease=None)


def finish(tenant_id: str, id: str, fence: int) -> Delete:
    """Strike a row off the list for good."""
    return delete(Dispatch).where(_held(tenant_id, id, fence))


def finish_all(tenant_id: str, held: Sequence[tuple[str, int]]) -> Delete:
    """Strike several rows of a tenant off the list, each by id and fence."""
    mine = tuple_(Dispatch.id, Dispatch.fence).in_(held)
    return delete(Dispatch).where(Dispatch.tenant_id == tenant_id, mine)


def seize(tenant_id: str, id: str, due: datetime) -> Update:
    """Take a row from whoever holds it, for an act of somebody: raises the fence, and makes it due."""
    mine = and_(Dispatch.tenant_id == tenant_id, Dispatch.id == id)
    return update(Dispatch).where(mine).values(due=due, lease=None, fence=Dispatch.fence + 1)


def nudge(tenant_id: str, id: str, due: datetime) -> Update:
    """Make a row due that nobody holds; one that somebody works on right now is left alone."""
    idle = and_(Dispatch.tenant_id == tenant_id, Dispatch.id == id, Dispatch.lease.is_(None))
    chosen = select(Dispatch.id).where(idle).with_for_update(skip_locked=True)
    return update(Dispatch).where(idle, Dispatch.id.in_(chosen)).values(due=due)


def strike(tenant_id: str, id: str) -> Delete:
    """Strike a row off the list whoever holds it."""
    return delete(Dispatch).where(Dispatch.tenant_id == tenant_id, Dispatch.id == id)


def add_dispatch(row: dict[str, Any]) -> Insert:
    """Put a row on the list."""
    return insert(Dispatch).values(row)


def same_lock(app_id: str, flow: str, lock_key: str) -> Select[tuple[str, str]]:
    """Ids and states of runs under way that share a concurrency key, the oldest first."""
    return (
        select(FlowRun.id, FlowRun.state)
        .where(
            FlowRun.app_id == app_id,
            FlowRun.flow == flow,
            FlowRun.lock_key == lock_key,
            FlowRun.state.in_(UNDER_WAY),
        )
        .order_by(FlowRun.id)
    )


def waiting_events(record_ids: Sequence[str]) -> Select[tuple[str, int]]:
    """Record and rev of the events of these records that are still to be relayed."""
    return (
        select(EventRow.record_id, EventRow.rev)
        .join(Dispatch, and_(Dispatch.tenant_id == EventRow.tenant_id, Dispatch.id == EventRow.id))
        .where(EventRow.record_id.in_(record_ids))
    )


def lock(*names: str) -> Select[Any]:
    """PostgreSQL: hold the lock of these names until the transaction ends."""
    return select(func.pg_advisory_xact_lock(cast(func.hashtextextended("\n".join(names), 0), BigInteger)))


def started_since(app_id: str, flow: str, moment: datetime, record_id: str | None, most: int) -> Select[tuple[int]]:
    """How many runs of a flow other flows have set off since a moment, for one record or for all; counts to `most`."""
    counted = (
        select(FlowRun.id)
        .where(FlowRun.app_id == app_id, FlowRun.flow == flow, FlowRun.depth > 0, FlowRun.created_at > moment)
        .limit(most)
    )
    if record_id:
        counted = counted.where(FlowRun.record_id == record_id)
    return select(func.count()).select_from(counted.subquery())
