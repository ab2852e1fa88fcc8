"""A batch of records at a time put back to what they were before an import, counted in the same transaction."""

import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from runtime.contracts import Actor, Change, Conflict, Forbidden, LostRace, NotFound, Refused
from runtime.db import current_tenant, db, transaction
from runtime.exchange.models import ImportJob
from runtime.identity.doors.service import actor_of
from runtime.records import service as records
from runtime.records.models import record_rev

BATCH = 100


def work(job: ImportJob, hold: Callable[[], None], end: float) -> bool:
    """Take an import back until a moment of the monotonic clock; says whether nothing is left."""
    found = actor_of(job.options["undone_by"])
    while found is not None and (changes := _backwards(job)):
        _carry_out(job, changes, found[0], hold)
        if time.monotonic() > end:
            return False
    with transaction() as session:
        hold()
        session.merge(job).state = "undone"
    return True


def _carry_out(job: ImportJob, changes: Sequence[Change], actor: Actor, hold: Callable[[], None]) -> None:
    counts = {name: job.options[name] for name in ("undone", "kept")}
    with transaction() as session:
        hold()
        for change in changes:
            counts["undone" if _taken_back(change, actor) else "kept"] += 1
        job.options = job.options | counts | {"undone_to": changes[-1].record_id}
        session.merge(job)
        session.flush()


def _taken_back(change: Change, actor: Actor) -> bool:
    try:
        records.change(change, actor)
    except (Refused, Conflict, NotFound, Forbidden, LostRace):
        return False
    return True


def _backwards(job: ImportJob) -> list[Change]:
    """What puts the next records back, the last made first."""
    table = record_rev.c
    mine = [table.tenant_id == current_tenant(), table.batch == job.id]
    if job.options.get("undone_to"):
        mine.append(table.record_id < job.options["undone_to"])
    ids = select(table.record_id).where(*mine).distinct().order_by(table.record_id.desc()).limit(BATCH)
    some = select(record_rev).where(*mine, table.record_id.in_(list(db.session.scalars(ids))))
    rows = db.session.execute(some.order_by(table.record_id.desc(), table.rev)).all()
    return [_change(job, list(of_record)) for _, of_record in groupby(rows, lambda row: row.record_id)]


def _change(job: ImportJob, revisions: Sequence[Any]) -> Change:
    """What puts one record back to before its first revision, if the last is still how it stands."""
    first, last = revisions[0], revisions[-1]
    before: dict[str, Any] = {}
    for row in reversed(revisions):
        before |= {name: row.old.get(name) for name in {**row.new, **row.old}}
    made = first.type == "created"
    owner = before.pop("owner", None)
    return Change(
        job.app_id, job.form, "delete" if made else "update", answers={} if made else before, owner_id=owner,
        record_id=first.record_id, rev=last.rev, lenient=True, flows=False,
    )  # fmt: skip
