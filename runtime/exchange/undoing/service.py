"""A batch of records at a time put back to what they were before an import, counted in the same transaction."""

import time
from collections.abc import Callable, Sequence

from runtime.contracts import Actor, Change
from runtime.db import transaction
from runtime.exchange.models import ImportJob
from runtime.identity.doors.service import actor_of
from runtime.records.undoing.service import backwards, carry_out


def work(job: ImportJob, hold: Callable[[], None], end: float) -> bool:
    """Take an import back until a moment of the monotonic clock; says whether nothing is left."""
    found = actor_of(job.options["undone_by"])
    while found is not None and (changes := backwards(job.id, job.options.get("undone_to"))):
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
            counts["undone" if carry_out(change, actor) else "kept"] += 1
        job.options = job.options | counts | {"undone_to": changes[-1].record_id}
        session.merge(job)
        session.flush()
