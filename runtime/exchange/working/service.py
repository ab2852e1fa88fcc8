"""Carrying an import out, a batch of rows at a time, for as long as a worker has for it.

Counts and rows are committed together, so that a worker that takes over goes on with the first row not counted.
"""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from runtime.contracts import Fault, Refused
from runtime.db import db, transaction, utc_now
from runtime.exchange.bulk import service as bulk
from runtime.exchange.models import ImportJob
from runtime.exchange.service import call_for
from runtime.exchange.spools import SPOOLS
from runtime.exchange.undoing import service as undoing
from runtime.exchange.words import kept_message
from runtime.exchange.working.batches.service import carry_out
from runtime.exchange.working.linking.service import link_later
from runtime.exchange.working.opening.service import begin
from runtime.i18n import Message

BATCH = 100

Hold = Callable[[], None]
"""Makes sure the work is still ours; called in every transaction."""


def work(import_id: str, hold: Hold, home: Path, seconds: float) -> bool:
    """Go on with an import for a while; says whether it is finished. A fault ends it and is said in `why`."""
    job = _load(import_id)
    end = time.monotonic() + seconds
    if job is not None and job.state == "undoing":
        return undoing.work(job, hold, end)
    if job is None or job.state not in ("waiting", "running"):
        return True
    if bulk.is_bulk(job):
        return bulk.work(job, hold, end)
    path = home / SPOOLS / job.id
    try:
        begun = begin(job, hold, home, path)
        while batch := list(itertools.islice(begun.rows, BATCH)):
            carry_out(begun, batch, hold)
            if time.monotonic() > end:
                return False
        link_later(begun, hold)
    except Fault as fault:
        _end(import_id, hold, "failed", fault.why)
    except Refused as refused:
        _end(import_id, hold, "failed", refused.problems[0].message)
    else:
        _end(import_id, hold, "done", None)
    path.unlink(missing_ok=True)
    return True


def _load(import_id: str) -> ImportJob | None:
    return db.session.scalar(select(ImportJob).where(ImportJob.id == import_id))


def _end(import_id: str, hold: Hold, state: str, why: Message | None) -> None:
    with transaction():
        hold()
        job = _load(import_id)
        if job is not None:
            job.state, job.finished_at = state, utc_now()
            job.why = kept_message(why) if why else None
            _call_for_next(job)


def _call_for_next(job: ImportJob) -> None:
    """Let the import go on that was to wait for this one, however this one ended."""
    following = _load(job.options["then"]) if job.options.get("then") else None
    if following is not None and following.state == "waiting":
        call_for(following)
