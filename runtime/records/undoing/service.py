"""Changes that came together under one batch, put back record by record to what was before them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from runtime.contracts import Actor, Change, Conflict, Forbidden, LostRace, NotFound, Refused
from runtime.db import current_tenant, db
from runtime.records import service as records
from runtime.records.models import record_rev

AT_ONCE = 100


def backwards(batch: str, before: str | None) -> list[Change]:
    """What puts the next records of a batch back, the last made first.

    `before` is the record with which the last call ended.
    """
    table = record_rev.c
    mine = [table.tenant_id == current_tenant(), table.batch == batch]
    if before:
        mine.append(table.record_id < before)
    ids = select(table.record_id).where(*mine).distinct().order_by(table.record_id.desc()).limit(AT_ONCE)
    some = select(record_rev).where(*mine, table.record_id.in_(list(db.session.scalars(ids))))
    rows = db.session.execute(some.order_by(table.record_id.desc(), table.rev)).all()
    return [_change(list(of_record)) for _, of_record in groupby(rows, lambda row: row.record_id)]


def _change(revisions: Sequence[Any]) -> Change:
    """What puts one record back to before its first revision, if the last is still how it stands."""
    first, last = revisions[0], revisions[-1]
    before: dict[str, Any] = {}
    for row in reversed(revisions):
        before |= {name: row.old.get(name) for name in {**row.new, **row.old}}
    owner, made = before.pop("owner", None), first.type == "created"
    return Change(
        first.app_id, first.form, "delete" if made else "update", answers={} if made else before, owner_id=owner,
        record_id=first.record_id, rev=last.rev, lenient=True, flows=False,
    )  # fmt: skip


def carry_out(change: Change, actor: Actor) -> bool:
    """Make one of many changes; says whether it was made, or whatever stood against it was left as it is."""
    try:
        records.change(change, actor)
    except (Refused, Conflict, NotFound, Forbidden, LostRace):
        return False
    return True
