"""Who gets the next turn: rows of the dispatch list, taken up each way in one statement."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from runtime.events import Dispatch


def takeable(now: Any, row: Any = Dispatch) -> ColumnElement[bool]:
    """Whether a row is due and nobody holds it."""
    return and_(row.due <= now, or_(row.lease.is_(None), row.lease <= now))


@cache
def claim_longest_due() -> Update:
    """Take up to `most` rows that are due `now` and that nobody holds, until `lease`: the longest due first.

    Gives tenant, id, kind, fence and due.
    """
    due = select(Dispatch.tenant_id, Dispatch.id).where(takeable(_now())).order_by(Dispatch.due)
    return _taking(due.limit(_most()).with_for_update(skip_locked=True).cte("taken"))


@cache
def claim_shares(database: str) -> Update:
    """The same, of each tenant that waits as many as of any other; `database` is the name of SQLAlchemy's dialect.

    When more than `most` tenants wait, it is left to chance which of them have a turn.
    """
    tenant = _waiting()
    share = select(_most() // func.count()).select_from(tenant).scalar_subquery()
    row = aliased(Dispatch)
    longest = select(row.tenant_id, row.id).where(row.tenant_id == tenant.c.id, takeable(_now(), row))
    longest = longest.order_by(row.due).limit(share).with_for_update(skip_locked=True)
    if database == "sqlite":  # knows no LATERAL, and looks an IN up in the index instead
        ids = longest.with_only_columns(row.id).correlate(tenant).scalar_subquery()
        mine = select(Dispatch.tenant_id, Dispatch.id).join(tenant, Dispatch.tenant_id == tenant.c.id)
        return _taking(mine.where(Dispatch.id.in_(ids)).cte("taken"))
    turn = longest.lateral("turn")
    return _taking(select(turn.c.tenant_id, turn.c.id).select_from(tenant.join(turn, true())).cte("taken"))


def _waiting() -> CTE:
    """The tenants for whom something can be taken up, found by leaping from one to the next in the index."""
    first, later, due = aliased(Dispatch), aliased(Dispatch), aliased(Dispatch)
    start = select(first.tenant_id).order_by(first.tenant_id).limit(1).scalar_subquery()
    tenant = select(start.label("id")).cte("tenant", recursive=True)
    after = select(later.tenant_id).where(later.tenant_id > tenant.c.id).order_by(later.tenant_id).limit(1)
    tenant = tenant.union_all(select(after.correlate(tenant).scalar_subquery()).where(tenant.c.id.is_not(None)))
    waits = select(due.id).where(due.tenant_id == tenant.c.id, takeable(_now(), due)).exists()
    return select(tenant.c.id).where(waits).order_by(func.random()).limit(_most()).cte("waiting")


def _taking(taken: CTE) -> Update:
    return (
        update(Dispatch)
        .where(Dispatch.tenant_id == taken.c.tenant_id, Dispatch.id == taken.c.id)
        .values(lease=bindparam("until", type_=Dispatch.lease.type), fence=Dispatch.fence + 1)
        .returning(Dispatch.tenant_id, Dispatch.id, Dispatch.kind, Dispatch.fence, Dispatch.due)
    )


def _now() -> ColumnElement[Any]:
    return bindparam("now", type_=Dispatch.due.type)


def _most() -> ColumnElement[int]:
    return bindparam("most", type_=Integer)
