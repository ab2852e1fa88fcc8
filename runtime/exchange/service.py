"""Asking for an import, looking at it, and taking it back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import func, select, update

from runtime import events
from runtime.answers import Form
from runtime.contracts import Actor, Conflict, Fault, Forbidden, NotFound, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction
from runtime.documents.bounds import pointer
from runtime.exchange.mapping import Options, as_json, read_options
from runtime.exchange.models import ImportJob, ImportNote
from runtime.exchange.rows import target_of
from runtime.exchange.sheets import MAX_BYTES, open_table
from runtime.files import service as files
from runtime.i18n import message
from runtime.records.access import may_import, rights_of
from runtime.records.compiled import form_of
from runtime.releases import service as releases
from runtime.releases.published import Published

MOST_NOTES = 1_000


class Kept(NamedTuple):
    """A table of a file that lies here already; `rows` says how many there are, where that is known."""

    id: str
    name: str
    header: Sequence[str]
    rows: int | None = None


def start(
    app_id: str, form: str, stream: BinaryIO, name: str, asked: Mapping[str, Any], actor: Actor, home: Path
) -> ImportJob:
    """Keep the file and ask the workers to import it; raises Refused, Forbidden, BadRequest, TooMuch."""
    refuse_who_may_not(releases.current(app_id), form, actor)
    file = files.keep(stream, name, actor, home, MAX_BYTES)
    try:
        table = open_table(files.path_of(home, file.id), file.name, str(asked.get("sheet") or ""))
        with transaction():
            job = prepare(app_id, form, Kept(file.id, file.name, table.header), asked, actor)
            call_for(job)
    except (Fault, Refused):
        files.discard(file.id, home)
        raise
    return job


def prepare(
    app_id: str, form: str, file: Kept, asked: Mapping[str, Any], actor: Actor, then: str | None = None
) -> ImportJob:
    """An import of a kept file that nobody begins before it is called for; at its end it calls for the one `then`.

    Raises Refused, Forbidden, BadRequest.
    """
    published = releases.current(app_id)
    compiled = form_of(published, form)
    refuse_who_may_not(published, form, actor)
    options = read_options(asked, compiled, file.header)
    _check_links(published, compiled, options)
    with transaction() as session:
        job = ImportJob(
            tenant_id=current_tenant(), id=new_id(), app_id=app_id, form=form, file_name=file.name, total=file.rows,
            options=as_json(options) | {"file": file.id, "then": then}, created_by=actor.member_id,
        )  # fmt: skip
        session.add(job)
        session.flush()
    return job


def refuse_who_may_not(published: Published, form: str, actor: Actor) -> None:
    """Raises Forbidden for somebody who may not import into a form."""
    rights = rights_of(published, actor, form_of(published, form).key)
    if not may_import(rights):
        raise Forbidden(message("You may not do this with these records."))


def _check_links(published: Published, form: Form, options: Options) -> None:
    """Refuse links that are to be found by what the linked form does not have."""
    problems = []
    for column in options.columns:
        target = target_of(form, column.field)
        if column.by is not None and column.by not in form_of(published, target).fields:
            why = message("The form has no field “%(field)s”.", field=column.by)
            problems.append(Problem(pointer("mapping", column.header, "by"), "unknown", why))
    if problems:
        raise Refused(problems)


def find(import_id: str, actor: Actor) -> ImportJob:
    """An import by whoever asked for it, or for an admin of the tenant or app; raises NotFound."""
    found = db.session.scalar(select(ImportJob).where(ImportJob.id == import_id))
    if found is None or not _may_see(found, actor):
        raise NotFound(message("There is no such import."))
    return found


def _may_see(job: ImportJob, actor: Actor) -> bool:
    rules = actor.powers & {"owner", "admin"} or "admin" in actor.roles.get(job.app_id, ())
    return bool(rules) or job.created_by == actor.member_id


def all_of(import_ids: Sequence[str], actor: Actor) -> list[ImportJob]:
    """Those of the imports that the actor may see, in the order given."""
    db.session.expire_all()
    found = {job.id: job for job in db.session.scalars(select(ImportJob).where(ImportJob.id.in_(import_ids)))}
    return [found[id] for id in import_ids if id in found and _may_see(found[id], actor)]


def any_done(app_id: str) -> bool:
    """Whether an import of an app has come to its end."""
    ended = select(ImportJob.id).where(ImportJob.app_id == app_id, ImportJob.state == "done")
    return db.session.scalar(ended.limit(1)) is not None


def look(import_id: str, actor: Actor) -> ImportJob:
    """An import as it stands now, by a fresh look at the database."""
    db.session.rollback()
    db.session.expire_all()
    return find(import_id, actor)


def notes(import_id: str, after: int = 0, limit: int = MOST_NOTES) -> list[ImportNote]:
    """What was wrong, by row, from the row after `after` on."""
    wanted = select(ImportNote).where(ImportNote.import_id == import_id, ImportNote.later.is_(False))
    ordered = wanted.where(ImportNote.row > after).order_by(ImportNote.row, ImportNote.id).limit(limit)
    return list(db.session.scalars(ordered))


def first_notes(import_ids: Sequence[str], most: int) -> dict[str, list[ImportNote]]:
    """The first things to be said about rows, by import; of each at most so many."""
    place = func.row_number().over(partition_by=ImportNote.import_id, order_by=(ImportNote.row, ImportNote.id))
    numbered = select(ImportNote.id, place.label("place")).where(ImportNote.import_id.in_(import_ids))
    first = numbered.where(ImportNote.later.is_(False)).subquery()
    wanted = select(ImportNote).join(first, first.c.id == ImportNote.id).where(first.c.place <= most)
    found: dict[str, list[ImportNote]] = {id: [] for id in import_ids}
    for note in db.session.scalars(wanted.order_by(ImportNote.row, ImportNote.id)):
        found[note.import_id].append(note)
    return found


def note_counts(import_id: str) -> dict[str, int]:
    """How many rows have something to be said about each field."""
    rows = select(ImportNote.field, func.count(ImportNote.row.distinct()))
    mine = rows.where(ImportNote.import_id == import_id, ImportNote.later.is_(False)).group_by(ImportNote.field)
    return dict(db.session.execute(mine).all())


def undo(import_id: str, actor: Actor) -> ImportJob:
    """Ask the workers to take an import back: what it made is deleted, what it changed is as before.

    What somebody has changed since stays. Raises Conflict while it is running or when it was taken back already.
    """
    with transaction() as session:
        job = find(import_id, actor)
        claimed = update(ImportJob).where(ImportJob.tenant_id == current_tenant(), ImportJob.id == import_id)
        options = job.options | {"undone_by": actor.member_id, "undone": 0, "kept": 0}
        ended = claimed.where(ImportJob.state.in_(("done", "failed"))).values(state="undoing", options=options)
        if session.execute(ended).rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(message("This import is still running, or was taken back already."))
        call_for(job)
    return look(import_id, actor)


def call_for(job: ImportJob) -> None:
    """Put an import on the list of what is due; a worker that has not yet struck it off loses its hold on it."""
    events.call_for(job.id, "import")
