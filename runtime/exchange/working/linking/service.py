"""What is said about rows, and links to rows that come further down in the file."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select

from runtime.contracts import Change, Fault, Refused
from runtime.db import current_tenant, db, transaction
from runtime.exchange.models import ImportNote
from runtime.exchange.naming.service import look_up
from runtime.exchange.rows import Note
from runtime.exchange.words import kept_message, message_of
from runtime.exchange.working.opening.service import Work
from runtime.records import service as records

AT_ONCE = 100


def note(import_id: str, said: Note) -> ImportNote:
    """What was said about a row, to be kept."""
    return ImportNote(
        tenant_id=current_tenant(), import_id=import_id, row=said.row, field=said.field, keyword=said.keyword,
        message=kept_message(said.message), value=said.value,
    )  # fmt: skip


def note_for_later(import_id: str, said: Note, record_id: str) -> ImportNote:
    """The same of a record whose link may find what it means further down."""
    kept = note(import_id, said)
    kept.later, kept.record_id = True, record_id
    return kept


def link_later(work: Work, hold: Callable[[], None]) -> None:
    """Set the links whose targets came later in the file; what is still not there is noted."""
    by = {place.field.name: place.column.by for place in work.places}
    while waiting := _waiting(work.job.id):
        with transaction() as session:
            hold()
            for field in {one.field for one in waiting}:
                mine = [one for one in waiting if one.field == field]
                found = look_up(work.published, work.form.key, by.get(field), [one.value for one in mine], work.actor)
                for one in mine:
                    _set(work, one, found.get(one.value) or [])
            session.execute(_struck(waiting))


def _waiting(import_id: str) -> list[ImportNote]:
    wanted = select(ImportNote).where(ImportNote.import_id == import_id, ImportNote.later.is_(True))
    return list(db.session.scalars(wanted.order_by(ImportNote.row).limit(AT_ONCE)))


def _struck(notes: list[ImportNote]) -> Any:
    ids = [one.id for one in notes]
    return delete(ImportNote).where(ImportNote.tenant_id == current_tenant(), ImportNote.id.in_(ids))


def _set(work: Work, one: ImportNote, ids: list[str]) -> None:
    if len(ids) != 1:
        db.session.add(_said_again(work.job.id, one))
        return
    change = Change(
        work.job.app_id, work.job.form, "update", answers={one.field: ids[0]}, record_id=one.record_id,
        lenient=True, flows=work.options.flows, batch=work.job.id,
    )  # fmt: skip
    try:
        records.change(change, work.actor)
    except (Refused, Fault):
        db.session.add(_said_again(work.job.id, one))


def _said_again(import_id: str, one: ImportNote) -> ImportNote:
    """The note that stays, in place of the one that waited."""
    return note(import_id, Note(one.row, one.field, one.keyword, message_of(one.message), one.value))
