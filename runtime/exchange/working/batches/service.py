"""A batch of rows: read, names looked up, written through the one door, counted, all in one transaction."""

from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runtime.contracts import Change, Problem, Refused, Saved
from runtime.db import transaction
from runtime.exchange.mapping import OWNER, Options
from runtime.exchange.models import ImportNote
from runtime.exchange.naming.service import Found, held_by, look_up
from runtime.exchange.rows import Note, Place, Reading, notes_of, read_row
from runtime.exchange.sheets import Row
from runtime.exchange.working.linking import service as linking
from runtime.exchange.working.opening.service import Work
from runtime.i18n import Message, message
from runtime.records import service as records


class Undecided(Exception):
    """Rolls a dry run's batch back once it was counted."""


def carry_out(work: Work, batch: list[tuple[int, Row]], hold: Callable[[], None]) -> None:
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
        session.add_all(linking.note(work.job.id, said) for said in outcome.notes)
        session.add_all(outcome.later)
        session.flush()


class Outcome:
    """What became of a batch: counts, notes, and links to rows that may come later."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = self.incomplete = self.refused = 0
        self.notes: list[Note] = []
        self.later: list[ImportNote] = []


def _write_all(work: Work, batch: list[tuple[int, Row]], outcome: Outcome) -> None:
    readings = [read_row(number, row, work.places) for number, row in batch]
    later = _name_links(work, readings)
    keys = _existing(work, readings)
    held = _held(work, keys)
    for some in _without_repeats(work, readings):
        new = [reading for reading in some if reading.row in later or not _is_there(work, reading, keys, held)]
        outcome.unchanged += len(some) - len(new)
        for reading, saved in _write_some(work, new, keys, outcome):
            waiting = later.get(reading.row, ())
            outcome.later += [linking.note_for_later(work.job.id, said, saved.id) for said in waiting]
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
        found = _named(work, place, wanted)
        for reading in readings:
            note = _link(reading, name, found)
            if note and place.target == work.form.key and not found.get(note.value):
                later.setdefault(reading.row, []).append(note)
            elif note:
                reading.notes.append(note)
    return later


def _named(work: Work, place: Place, wanted: Iterable[str]) -> Found:
    """The ids that names mean; those of the form that is being filled may be others by the next batch."""
    known = {} if place.target == work.form.key else work.named.setdefault(place.field.name, {})
    asked = [name for name in wanted if name not in known]
    found = look_up(work.published, place.target, place.column.by, asked, work.actor) if asked else {}
    known |= {name: ids for name, ids in found.items() if len(ids) == 1}
    return ChainMap(known, dict(found))


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
