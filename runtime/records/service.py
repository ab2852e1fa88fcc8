"""The one door for records: every change is read, authorised, guarded, and written with its history and its event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError

from runtime import events
from runtime.answers import Form, Reading
from runtime.answers import read as read_answers
from runtime.contracts import (
    Actor,
    Change,
    Event,
    Fault,
    Forbidden,
    Guard,
    LostRace,
    Problem,
    Refused,
    Saved,
)
from runtime.db import after_commit, current_tenant, db, in_transaction, new_id, transaction, utc_now
from runtime.documents.bounds import pointer
from runtime.files import service as files
from runtime.i18n import message
from runtime.permissions import OWNER, Rights
from runtime.permissions import row as facts
from runtime.records import sql_write
from runtime.records.access import facts_of, names_for, rights_of
from runtime.records.around.service import history, label_of, labels, may_read_file, names, related, search
from runtime.records.changes import Beside, Write, beside, part
from runtime.records.compiled import form_of, watched
from runtime.records.grouping.service import aggregate, aggregate_of
from runtime.records.query import Query
from runtime.records.reading.service import begin, first_pages, page, page_of, read, read_in
from runtime.records.record import Entry, Group, Page, Record
from runtime.records.references import service as references
from runtime.records.repeats import service as repeats
from runtime.records.repeats.service import find_row, not_found
from runtime.records.slots import slot_values
from runtime.records.slotting.service import slots_of
from runtime.records.sql_many import write_new
from runtime.releases import service as releases
from runtime.releases.published import Published

__all__ = [
    "Entry", "Group", "Page", "Query", "Record", "aggregate", "aggregate_of", "begin", "change", "change_all", "ears",
    "find_row", "first_pages", "guards", "history", "label_of", "labels", "names", "names_for", "not_found", "page",
    "page_of", "read", "read_in", "related", "search",
]  # fmt: skip

Ear = Callable[[Published, Event, Mapping[str, Any]], bool]
"""Whether something listens to an event that leaves these answers in its record."""

Outcome = Saved | Refused | Fault
"""What became of one of many changes."""

TRIES = 8
"""How often a change that names no rev starts again when somebody else was faster."""

guards: list[Guard] = []
"""Asked before every write; wsgi registers them."""

ears: list[Ear] = []
"""Asked of every event whether it may set something off; wsgi registers them."""

files.readers.append(may_read_file)


def change(change: Change, actor: Actor) -> Saved:
    """Carry out one change; raises Refused, Forbidden, NotFound, LostRace, Conflict, with nothing kept."""
    for left in reversed(range(TRIES)):
        try:
            return _carry_out(change, actor)
        except LostRace:
            if change.rev is not None or in_transaction() or not left:
                raise
    raise AssertionError


def _carry_out(change: Change, actor: Actor) -> Saved:
    if db.engine.dialect.name == "postgresql" and not guards and not in_transaction():
        return _prepare_and_write(change, actor)
    with transaction():
        return _prepare_and_write(change, actor)


def _prepare_and_write(change: Change, actor: Actor) -> Saved:
    repeated = repeats.answered(change, actor)
    if repeated is not None:
        return repeated
    work = _Work.begin(change, actor)
    write, saved = work.prepared()
    if write is None:
        return saved
    try:
        sql_write.write(write)
    except sql_write.Taken as taken:
        why = message("This is taken already by another record.")
        raise Refused([Problem(pointer(name), "x-unique", why) for name in taken.fields]) from taken
    except sql_write.Repeated:
        again = repeats.answered(change, actor)
        if again is None:
            raise
        return again
    if "dispatch" in write.rows:
        after_commit(events.wake)
    return saved


def change_all(changes: Iterable[Change], actor: Actor) -> list[Outcome]:
    """Carry out creates and updates in one transaction, each kept or refused by itself: what became of each, in order.

    New records that follow each other are written together, one statement a table; where that fails, one by one.
    """
    outcomes: list[Outcome] = []
    with transaction(), references.remembering():
        for new, group in groupby(changes, lambda one: one.act == "create" and one.idempotency_key is None):
            some = list(group)
            outcomes += _create_all(some, actor) if new else [_attempt(change, one, actor) for one in some]
    return outcomes


def _create_all(changes: Sequence[Change], actor: Actor) -> list[Outcome]:
    _look_ahead(changes, actor)
    prepared = [_attempt(_prepared, one, actor) for one in changes]
    writes = [made[0] for made in prepared if isinstance(made, tuple)]
    try:
        write_new(writes)
    except (IntegrityError, DataError):
        return [_attempt(change, one, actor) for one in changes]
    if any("dispatch" in write.rows for write in writes):
        after_commit(events.wake)
    return [made[1] if isinstance(made, tuple) else made for made in prepared]


def _look_ahead(changes: Iterable[Change], actor: Actor) -> None:
    for (app_id, form), some in groupby(changes, lambda one: (one.app_id, one.form)):
        published = releases.current(app_id)
        if form in published.all("forms"):
            references.look_ahead(published, form_of(published, form), [one.answers for one in some], actor)


def _prepared(change: Change, actor: Actor) -> tuple[Write, Saved]:
    write, saved = _Work.begin(change, actor).prepared()
    assert write is not None
    return write, saved


def _attempt(act: Callable[[Change, Actor], Any], change: Change, actor: Actor) -> Any:
    """What `act` gives, or why it refused."""
    try:
        return act(change, actor)
    except (Refused, Fault) as why:
        return why


# --- one change, from what is asked to what is written --------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """What a change is about: the form as published, the record as it stands, the rights of who acts."""

    change: Change
    actor: Actor
    published: Published
    form: Form
    rights: Rights
    row: Any

    @classmethod
    def begin(cls, change: Change, actor: Actor) -> "_Work":
        """Look everything up; NotFound alike for what is missing and what is hidden."""
        published = releases.current(change.app_id)
        form = form_of(published, change.form)
        rights = rights_of(published, actor, change.form)
        work = cls(change, actor, published, form, rights, None)
        if change.act == "create":
            return work
        found = find_row(change.app_id, change.form, change.record_id)
        if found is None or not rights.allows("read", facts_of(found)):
            raise not_found()
        if change.rev is not None and found.rev != change.rev:
            raise LostRace(message("Somebody else changed this record in the meantime."))
        return replace(work, row=found)

    @property
    def before(self) -> Mapping[str, Any]:
        return self.row.data if self.row is not None else {}

    def prepared(self) -> tuple[Write | None, Saved]:
        """What to write, and what is then saved; nothing to write when nothing differs."""
        self._permit()
        if self.change.act == "delete":
            self._guarded({})
            return self._delete()
        reading = self._reading()
        owner_id, dept_path = self._owner()
        data = references.with_kept_files(self.form, reading.data)
        problems = [*reading.problems, *self._protected(reading, data, owner_id, dept_path)]
        problems += references.check(self.published, self.form, self.before, data, self.actor)
        if problems:
            raise Refused(problems)
        if self.row is not None and not reading.changed and owner_id == self.row.owner_id:
            return None, Saved(self.row.id, self.row.rev, self._shown(data, owner_id, dept_path))
        self._guarded(data)
        return self._write(data, reading, owner_id, dept_path)

    def _permit(self) -> None:
        act = self.change.act
        if not (self.rights.may(act) if self.row is None else self.rights.allows(act, facts_of(self.row))):
            raise Forbidden(message("You may not do this with these records."))

    def _reading(self) -> Reading:
        now = utc_now()
        names = names_for(self.actor, now)
        if any(path[0] == "linked" for path in self.form.computing.reads):
            answers = {**self.before, **self.change.answers}
            names["linked"] = references.linked(self.published, self.form, answers, self.actor)
        before = self.before if self.row is not None else None
        lenient, lang = self.change.lenient, self.actor.lang
        return read_answers(self.form, self.change.answers, before=before, names=names, lenient=lenient, lang=lang)

    def _owner(self) -> tuple[str | None, str]:
        """Who owns the record after the change, and the path of the owner's department."""
        wanted = self.change.owner_id
        if wanted is None and self.row is not None:
            return self.row.owner_id, self.row.dept_path
        if wanted is None or wanted == self.actor.member_id:
            return self.actor.member_id, self.actor.department_path
        path = references.department_path(wanted)
        if path is None:
            raise Refused([Problem("/owner", "x-ref", message("There is no such person."))])
        return wanted, path

    def _protected(
        self, reading: Reading, data: Mapping[str, Any], owner_id: str | None, dept_path: str
    ) -> list[Problem]:
        """What is touched and may not be written, on the record as it is and as it would become; its owner too."""
        act = self.change.act
        becoming = facts(data, self.row and self.row.id, owner_id, dept_path)
        writable = self.rights.writable(becoming, act)
        if self.row is not None:
            writable &= self.rights.writable(facts_of(self.row), act)
        elif not self.rights.allows("create", becoming):
            raise Forbidden(message("You may not make such a record."))
        why = message("You may not change this.")
        if self.row is not None and owner_id != self.row.owner_id and OWNER not in writable:
            return [Problem("/owner", "protected", why)]
        touched = [name for name in self.change.answers if name in self.form.fields and name in reading.changed]
        return [Problem(pointer(name), "protected", why) for name in touched if name not in writable]

    def _guarded(self, data: Mapping[str, Any]) -> None:
        before = self.before if self.row is not None else None
        problems = [problem for guard in guards for problem in guard(self.change, before, self.actor)]
        if problems:
            raise Refused(problems)

    def _shown(self, data: Mapping[str, Any], owner_id: str | None, dept_path: str) -> dict[str, Any]:
        """The part of the record that its writer may read."""
        readable = self.rights.readable(facts(data, self.row and self.row.id, owner_id, dept_path))
        return {name: value for name, value in data.items() if name in readable}

    # --- rows ---

    def _write(
        self, data: Mapping[str, Any], reading: Reading, owner_id: str | None, dept_path: str
    ) -> tuple[Write, Saved]:
        row = self._row() | {
            "data": data,
            "owner_id": owner_id,
            "dept_path": dept_path,
            "incomplete": reading.incomplete,
            **slot_values(data, slots_of(self.published, self.change.form)),
        }
        before = self.before
        changed = tuple(name for name in {**before, **data} if before.get(name) != data.get(name))
        old, new = beside(self.form, before), beside(self.form, data)
        write, event = self._written(row, changed, data, new.without(old), old.without(new))
        return write, Saved(row["id"], row["rev"], self._shown(data, owner_id, dept_path), event, reading.older)

    def _delete(self) -> tuple[Write, Saved]:
        row = self._row() | {"deleted_at": utc_now()}
        gone = Beside(uniques=beside(self.form, self.before).uniques)
        write, event = self._written(row, tuple(self.before), {}, Beside(), gone)
        return write, Saved(row["id"], row["rev"], {}, event)

    def _row(self) -> dict[str, Any]:
        now, actor, change = utc_now(), self.actor.member_id, self.change
        fixed = {"tenant_id": current_tenant(), "app_id": change.app_id, "form": change.form}
        moving = {"release": self.published.number, "updated_at": now, "updated_by": actor}
        if self.row is not None:
            return fixed | moving | {"id": self.row.id, "rev": self.row.rev + 1}
        return fixed | moving | {"id": new_id(), "rev": 1, "created_at": now, "created_by": actor, "deleted_at": None}

    def _written(
        self, row: dict[str, Any], changed: tuple[str, ...], data: Mapping[str, Any], added: Beside, removed: Beside
    ) -> tuple[Write, Event]:
        event = self._event(row, changed, data)
        happened, dispatch = events.rows(event)
        rows = {"record_rev": self._history(row, event, changed, data), "event": happened}
        if dispatch is not None and any(ear(self.published, event, data) for ear in ears):
            rows["dispatch"] = dispatch
        if self.change.idempotency_key:
            rows["idempotency"] = repeats.request_of(self.change, self.actor) | {
                "record_id": row["id"], "rev": row["rev"], "created_at": row["updated_at"],
            }  # fmt: skip
        expected = self.row.rev if self.row is not None else None
        return Write(row, rows, added, removed, expected), event

    def _event(self, row: Mapping[str, Any], changed: tuple[str, ...], data: Mapping[str, Any]) -> Event:
        change = self.change
        seen = {*changed, *self.published.derived_whole(watched).get(change.form, ())}
        return Event(
            id=new_id(),
            tenant_id=row["tenant_id"],
            app_id=change.app_id,
            form=change.form,
            record_id=row["id"],
            rev=row["rev"],
            release=row["release"],
            type=f"{change.act}d",  # type: ignore[arg-type]
            actor_id=self.actor.member_id,
            at=row["updated_at"],
            changed=changed,
            old=part(self.before, seen),
            new=part(data, seen),
            cause=change.cause,
            batch=change.batch,
            flows=change.flows,
        )

    def _history(
        self, row: Mapping[str, Any], event: Event, changed: tuple[str, ...], data: Mapping[str, Any]
    ) -> dict[str, Any]:
        shared = {name: row[name] for name in ("tenant_id", "rev", "app_id", "form", "release")}
        return shared | {
            "record_id": row["id"],
            "type": event.type,
            "actor_id": event.actor_id,
            "at": event.at,
            "old": part(self.before, changed) | self._owner_before(row),
            "new": part(data, changed) | ({"owner": row["owner_id"]} if self._owner_before(row) else {}),
            "run_id": self.change.cause.run_id if self.change.cause else None,
            "batch": self.change.batch,
        }

    def _owner_before(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Whose the record was, where it changes hands: the one thing beside the answers that its history keeps."""
        handed = self.row is not None and "owner_id" in row and row["owner_id"] != self.row.owner_id
        return {"owner": self.row.owner_id} if handed else {}
