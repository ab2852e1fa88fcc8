"""Counting, starting and carrying out an act on many records: a batch at a time, counted in the same transaction."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import and_, func, select

from runtime.contracts import Actor, Change, Fault, Forbidden, Refused, Saved
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.exchange.bulk.wishes import MOST, Act, Chosen, Wish
from runtime.exchange.models import ImportJob, ImportNote
from runtime.exchange.service import call_for
from runtime.i18n import Message, message
from runtime.identity.doors.service import actor_of
from runtime.records import service as records
from runtime.records.models import record
from runtime.records.reading.service import Reading, time_limit
from runtime.records.sql import Condition

BATCH = 100
NAMED = 20
"""Refused records that are named for one reason."""


def count(reading: Reading, chosen: Chosen, act: Act) -> tuple[int, int]:
    """How many records are meant, and on how many of them the reader may act; each counted to just above the most."""
    return _count(_meant(reading, chosen)), _count(and_(_meant(reading, chosen), reading.acting(act)))


def _count(where: Condition) -> int:
    with time_limit():
        some = select(record.c.id).where(where).limit(MOST + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(some)) or 0


def _meant(reading: Reading, chosen: Chosen) -> Condition:
    where = reading.matching(chosen.filter)
    return and_(where, record.c.id.in_(chosen.ids)) if chosen.ids else where


def start(reading: Reading, chosen: Chosen, wish: Wish) -> ImportJob:
    """Ask the workers to do it; raises Forbidden where nothing of the kind is granted."""
    if not reading.rights.may(wish.act):
        raise Forbidden(message("You may not do this with these records."))
    total, _may = count(reading, chosen, wish.act)
    with transaction() as session:
        job = ImportJob(
            tenant_id=current_tenant(), id=new_id(), app_id=reading.published.app_id, form=reading.form.key,
            file_name="", total=min(total, MOST), created_by=reading.actor.member_id,
            options={"bulk": {**chosen.as_json(), **wish.as_json(), "until": new_id()}},
        )  # fmt: skip
        session.add(job)
        session.flush()
        call_for(job)
    return job


def is_bulk(job: ImportJob) -> bool:
    """Whether this is an act on many records, not a file."""
    return "bulk" in job.options


def notes(job: ImportJob) -> list[tuple[Message, list[tuple[str, str]]]]:
    """Why records were refused, each reason with the first of them as (id, name)."""
    rows = select(ImportNote).where(ImportNote.import_id == job.id).order_by(ImportNote.row).limit(1_000)
    found: dict[str, tuple[Message, list[tuple[str, str]]]] = {}
    for note in db.session.scalars(rows):
        said = Message(note.message["id"], note.message["values"])
        found.setdefault(str(said), (said, []))[1].append((note.record_id or "", note.value))
    return [(said, some[:NAMED]) for said, some in found.values()]


# --- the work ------------------------------------------------------------------------------------------


def work(job: ImportJob, hold: Callable[[], None], end: float) -> bool:
    """Go on until a moment of the monotonic clock; says whether it is finished. A fault ends it, said in `why`."""
    try:
        reading = _begin(job)
        while job.done < (job.total or 0) and (ids := _next(job, reading)):
            _carry_out(job, ids, reading.actor, hold)
            if time.monotonic() > end:
                return False
    except Fault as fault:
        _end(job, hold, "failed", fault.why)
        return True
    _end(job, hold, "done", None)
    return True


def _begin(job: ImportJob) -> Reading:
    found = actor_of(job.created_by or "")
    if found is None:
        raise Forbidden(message("Who asked for this is no longer a member."))
    return records.begin(job.app_id, job.form, found[0])


def _next(job: ImportJob, reading: Reading) -> Sequence[str]:
    """The next records in the order of their ids; what was made since is not meant."""
    said = job.options["bulk"]
    where = and_(_meant(reading, Chosen(tuple(said["ids"]), said["filter"])), record.c.id < said["until"])
    if said.get("after"):
        where = and_(where, record.c.id > said["after"])
    most = min(BATCH, (job.total or 0) - job.done)
    with time_limit():
        return db.session.scalars(select(record.c.id).where(where).order_by(record.c.id).limit(most)).all()


def _carry_out(job: ImportJob, ids: Sequence[str], actor: Actor, hold: Callable[[], None]) -> None:
    said = job.options["bulk"]
    changes = [
        Change(job.app_id, job.form, said["act"], said["answers"], record_id=id, owner_id=said["owner"], batch=job.id)
        for id in ids
    ]
    with transaction() as session:
        hold()
        names = records.labels(job.app_id, job.form, ids, actor)
        outcomes = records.change_all(changes, actor)
        for place, (id, outcome) in enumerate(zip(ids, outcomes, strict=True), job.done + 1):
            if isinstance(outcome, Saved):
                job.updated += outcome.event is not None
                job.unchanged += outcome.event is None
            else:
                job.refused += 1
                session.add(_note(job.id, place, id, names.get(id, ""), outcome))
        job.state, job.done = "running", job.done + len(ids)
        job.options = {**job.options, "bulk": {**said, "after": ids[-1]}}
        session.merge(job)
        session.flush()


def _note(job_id: str, place: int, record_id: str, name: str, why: Refused | Fault) -> ImportNote:
    said = why.problems[0].message if isinstance(why, Refused) else why.why
    return ImportNote(
        tenant_id=current_tenant(), import_id=job_id, row=place, field="", keyword="refused", value=name[:200],
        record_id=record_id, message=_kept(said),
    )  # fmt: skip


def _kept(said: Message) -> dict[str, Any]:
    return {"id": said.id, "values": {name: str(value) for name, value in said.values.items()}}


def _end(job: ImportJob, hold: Callable[[], None], state: str, why: Message | None) -> None:
    with transaction() as session:
        hold()
        job.state, job.finished_at, job.why = state, utc_now(), _kept(why) if why else None
        session.merge(job)
        session.flush()
