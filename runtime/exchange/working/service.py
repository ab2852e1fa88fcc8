"""A batch of rows at a time: read, look names up, write through the one door, count, all in one transaction.

Counts and rows are committed together, so that a worker that takes over goes on with the first row not counted.
"""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from runtime.answers import Form
from runtime.contracts import Actor, Change, Fault, Problem, Refused, Saved
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.exchange.bulk import service as bulk
from runtime.exchange.mapping import OWNER, Column, Options
from runtime.exchange.models import ImportJob, ImportNote
from runtime.exchange.naming.service import Found, held_by, look_up
from runtime.exchange.rows import Note, Place, Reading, notes_of, places_of, read_row
from runtime.exchange.service import call_for
from runtime.exchange.sheets import Row, open_table
from runtime.exchange.undoing import service as undoing
from runtime.exchange.words import kept_message
from runtime.files import service as files
from runtime.i18n import Message, message
from runtime.identity.doors.service import actor_of
from runtime.records import service as records
from runtime.records.compiled import form_of
from runtime.releases import service as releases
from runtime.releases.published import Published

BATCH = 100

Hold = Callable[[], None]
"""Makes sure the work is still ours; called in every transaction."""


class Undecided(Exception):
    """Rolls a dry run's batch back once it was counted."""


@dataclass(frozen=True)
class Work:
    """An import under way: who asked, the form, which columns fill it."""

    job: ImportJob
    actor: Actor
    published: Published
    form: Form
    options: Options
    places: list[Place]
    rows: Iterator[tuple[int, Row]]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.actor.timezone)


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
    try:
        begun = _begin(job, home)
        while batch := list(itertools.islice(begun.rows, BATCH)):
            _carry_out(begun, batch, hold)
            if time.monotonic() > end:
                return False
        _link_later(begun, hold)
    except Fault as fault:
        _end(import_id, hold, "failed", fault.why)
        return True
    except Refused as refused:
        _end(import_id, hold, "failed", refused.problems[0].message)
        return True
    _end(import_id, hold, "done", None)
    return True


def _load(import_id: str) -> ImportJob | None:
    return db.session.scalar(select(ImportJob).where(ImportJob.id == import_id))


def _begin(job: ImportJob, home: Path) -> Work:
    found = actor_of(job.created_by or "")
    if found is None:
        raise Refused([Problem("", "actor", message("Who asked for this import is no longer a member."))])
    published = releases.current(job.app_id)
    form, options = form_of(published, job.form), _options(job.options)
    table = open_table(files.path_of(home, job.options["file"]), job.file_name, options.sheet)
    rows = itertools.islice(table.rows, job.done, None)
    return Work(job, found[0], published, form, options, places_of(table.header, options, form), rows)


def _options(kept: Mapping[str, Any]) -> Options:
    columns = tuple(Column(header, to["field"], to["by"]) for header, to in kept["mapping"].items())
    rest = {name: kept[name] for name in ("mode", "key", "lenient", "flows", "dry_run", "sheet")}
    return Options(columns, **rest)


# --- a batch ---------------------------------------------------------------------------------------


def _carry_out(work: Work, batch: list[tuple[int, Row]], hold: Hold) -> None:
    """Write a batch and count it; of a dry run only the counts and notes stay."""
    outcome = Outcome()
    if work.options.dry_run:
        try:
            with transaction():
                _write_all(work, batch, outcome)
                raise Undecided
        except Undecided:
            outcome.later.clear()
    with transaction() as session:
        hold()
        if not work.options.dry_run:
            _write_all(work, batch, outcome)
        job = session.merge(work.job, load=True)
        job.state, job.done = "running", job.done + len(batch)
        for name in ("created", "updated", "unchanged", "incomplete", "refused"):
            setattr(job, name, getattr(job, name) + getattr(outcome, name))
        session.add_all(_note(work.job.id, note) for note in outcome.notes)
        session.add_all(outcome.later)
        session.flush()


class Outcome:
    """What became of a batch: counts, notes, and links to rows that may come later."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = self.incomplete = self.refused = 0
        self.notes: list[Note] = []
        self.later: list[ImportNote] = []


def _write_all(work: Work, batch: list[tuple[int, Row]], outcome: Outcome) -> None:
    readings = [read_row(number, row, work.places, work.zone) for number, row in batch]
    later = _name_links(work, readings)
    keys = _existing(work, readings)
    held = _held(work, keys)
    for some in _without_repeats(work, readings):
        new = [reading for reading in some if reading.row in later or not _is_there(work, reading, keys, held)]
        outcome.unchanged += len(some) - len(new)
        for reading, saved in _write_some(work, new, keys, outcome):
            outcome.later += [_later(work.job.id, note, saved.id) for note in later.get(reading.row, ())]
            keys[str(reading.answers.get(work.options.key or ""))] = [saved.id]
            held[saved.id] = saved.data
    outcome.notes += [note for reading in readings for note in reading.notes]


def _without_repeats(work: Work, readings: list[Reading]) -> list[list[Reading]]:
    """The rows in turns, so that a row finds what an earlier one of the same key has made."""
    seen: Counter[Any] = Counter()
    turns: list[list[Reading]] = []
    for reading in readings:
        key = reading.answers.get(work.options.key or "")
        turn = 0 if key is None or work.options.mode == "insert" else seen[key]
        seen[key] += 1
        turns += [[]] if turn == len(turns) else []
        turns[turn].append(reading)
    return turns


def _name_links(work: Work, readings: Iterable[Reading]) -> dict[int, list[Note]]:
    """Put ids in the place of names; a name of this very form that is not there yet is kept for later."""
    later: dict[int, list[Note]] = {}
    for place in (place for place in work.places if place.target):
        name = place.field.name
        wanted = [reading.names[name] for reading in readings if name in reading.names]
        found = look_up(work.published, place.target, place.column.by, wanted, work.actor) if wanted else {}
        for reading in readings:
            note = _link(reading, name, found)
            if note and place.target == work.form.key and not found.get(note.value):
                later.setdefault(reading.row, []).append(note)
            elif note:
                reading.notes.append(note)
    return later


def _link(reading: Reading, field: str, found: Found) -> Note | None:
    text = reading.names.get(field)
    if text is None:
        return None
    ids = found.get(text) or []
    if len(ids) == 1:
        reading.answers[field] = ids[0]
        return None
    many = message("More than one is called “%(value)s”.", value=text[:100])
    none = message("Nothing is called “%(value)s”.", value=text[:100])
    return Note(reading.row, field, "x-ref", many if ids else none, text[:200])


def _existing(work: Work, readings: Iterable[Reading]) -> dict[str, list[str]]:
    """The records that the rows' keys name, for update and upsert."""
    key = work.options.key
    if work.options.mode == "insert" or key is None:
        return {}
    wanted = [str(reading.answers[key]) for reading in readings if key in reading.answers]
    found = look_up(work.published, work.form.key, key, wanted, work.actor)
    return {name: list(ids) for name, ids in found.items()}


def _held(work: Work, keys: Mapping[str, list[str]]) -> dict[str, Mapping[str, Any]]:
    """What the records that the rows may change hold already."""
    ids = [some[0] for some in keys.values() if len(some) == 1]
    return held_by(work.job.app_id, work.form.key, ids, work.actor)


def _is_there(
    work: Work, reading: Reading, keys: Mapping[str, list[str]], held: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether a row says nothing that its record does not hold already."""
    if work.options.mode == "insert" or reading.notes:
        return False
    ids = keys.get(str(reading.answers.get(work.options.key or "")), [])
    if len(ids) != 1:
        return False
    kept = held.get(ids[0], {})
    return all(kept.get(name) == value for name, value in reading.answers.items())


def _write_some(
    work: Work, readings: list[Reading], keys: Mapping[str, list[str]], outcome: Outcome
) -> list[tuple[Reading, Saved]]:
    """Rows through the one door; gives those that were kept and what was made; the others have why in their notes."""
    asked = [(reading, change) for reading in readings if (change := _asked(work, reading, keys, outcome)) is not None]
    asked.sort(key=lambda pair: pair[1].act)  # new ones together: their keys are no others'
    results = records.change_all([change for _, change in asked], work.actor)
    kept = []
    for (reading, change), saved in zip(asked, results, strict=True):
        if isinstance(saved, Saved):
            _count(reading, change, saved, outcome)
            kept.append((reading, saved))
            continue
        outcome.refused += 1
        if isinstance(saved, Refused):
            reading.notes += notes_of(reading.row, saved.problems, reading.answers)
        else:
            reading.notes.append(Note(reading.row, "", "refused", saved.why))
    return kept


def _asked(work: Work, reading: Reading, keys: Mapping[str, list[str]], outcome: Outcome) -> Change | None:
    """What a row asks for; None when it cannot be asked, with the reason in its notes."""
    if not reading.notes or work.options.lenient:
        try:
            return _change(work, reading, keys)
        except Refused as refused:
            reading.notes += notes_of(reading.row, refused.problems, reading.answers)
    outcome.refused += 1
    return None


def _count(reading: Reading, change: Change, saved: Saved, outcome: Outcome) -> None:
    known = {note.field for note in reading.notes}
    reading.notes += [note for note in notes_of(reading.row, saved.problems, {}) if note.field not in known]
    outcome.incomplete += bool(saved.problems)
    counted = "created" if change.act == "create" else "updated" if saved.event else "unchanged"
    setattr(outcome, counted, getattr(outcome, counted) + 1)


def _change(work: Work, reading: Reading, keys: Mapping[str, list[str]]) -> Change:
    """What a row asks for; raises Refused when its key finds none to update, or too many."""
    options, key = work.options, work.options.key
    existing = keys.get(str(reading.answers.get(key)), []) if key else []
    problem = _key_problem(options, reading.answers.get(key or ""), existing)
    if problem:
        raise Refused([Problem(f"/{key}", "key", problem)])
    return Change(
        work.job.app_id,
        work.job.form,
        "update" if existing else "create",
        answers={name: value for name, value in reading.answers.items() if name in work.form.fields},
        owner_id=None if OWNER in work.form.fields else reading.answers.get(OWNER),
        record_id=existing[0] if existing else None,
        lenient=options.lenient,
        flows=options.flows,
        batch=work.job.id,
    )


def _key_problem(options: Options, value: Any, existing: list[str]) -> Message | None:
    if options.mode == "insert":
        return None
    if value in (None, ""):
        return message("The row has no key.")
    if len(existing) > 1:
        return message("More than one record has this key.")
    return message("No record has this key.") if options.mode == "update" and not existing else None


# --- links to rows further down ----------------------------------------------------------------------


def _link_later(work: Work, hold: Hold) -> None:
    """Set the links whose targets came later in the file; what is still not there is noted."""
    by = {place.field.name: place.column.by for place in work.places}
    while waiting := _waiting(work.job.id):
        with transaction() as session:
            hold()
            for field in {note.field for note in waiting}:
                mine = [note for note in waiting if note.field == field]
                found = look_up(work.published, work.form.key, by.get(field), [note.value for note in mine], work.actor)
                for note in mine:
                    _set_later(work, note, found.get(note.value) or [])
            session.execute(_struck(waiting))


def _waiting(import_id: str) -> list[ImportNote]:
    wanted = select(ImportNote).where(ImportNote.import_id == import_id, ImportNote.later.is_(True))
    return list(db.session.scalars(wanted.order_by(ImportNote.row).limit(BATCH)))


def _struck(notes: list[ImportNote]) -> Any:
    ids = [note.id for note in notes]
    return delete(ImportNote).where(ImportNote.tenant_id == current_tenant(), ImportNote.id.in_(ids))


def _set_later(work: Work, note: ImportNote, ids: list[str]) -> None:
    if len(ids) != 1:
        db.session.add(_note(work.job.id, _link_note(note)))
        return
    change = Change(
        work.job.app_id, work.job.form, "update", answers={note.field: ids[0]}, record_id=note.record_id,
        lenient=True, flows=work.options.flows, batch=work.job.id,
    )  # fmt: skip
    try:
        records.change(change, work.actor)
    except (Refused, Fault):
        db.session.add(_note(work.job.id, _link_note(note)))


def _link_note(note: ImportNote) -> Note:
    return Note(note.row, note.field, note.keyword, Message(note.message["id"], note.message["values"]), note.value)


def _later(import_id: str, note: Note, record_id: str) -> ImportNote:
    kept = _note(import_id, note)
    kept.later, kept.record_id = True, record_id
    return kept


def _note(import_id: str, note: Note) -> ImportNote:
    return ImportNote(
        tenant_id=current_tenant(), import_id=import_id, row=note.row, field=note.field, keyword=note.keyword,
        message=kept_message(note.message), value=note.value,
    )  # fmt: skip


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
