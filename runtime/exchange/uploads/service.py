"""Keeping a file to be imported, looking into it, beginning with it, and giving back the rows with problems."""

import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select

from runtime.answers import Form
from runtime.contracts import Actor, BadRequest, Conflict, Fault
from runtime.db import db, transaction
from runtime.exchange import service as imports
from runtime.exchange.mapping import Column
from runtime.exchange.models import ImportJob, ImportNote
from runtime.exchange.sheets import MAX_BYTES, Row, open_table, sheet_names
from runtime.exchange.writing import write
from runtime.files import service as files
from runtime.i18n import message
from runtime.records.compiled import form_of
from runtime.releases import service as releases

LOOKED_AT = 50
"""Rows that are looked into for samples."""

RECENT = 20
MOST_PROBLEM_ROWS = 20_000


@dataclass(frozen=True)
class Upload:
    """A kept file as the page shows it: its sheets, the open one, its header and first rows."""

    id: str
    name: str
    sheets: Sequence[str]
    sheet: str
    header: Sequence[str]
    rows: Sequence[Row]


def keep(stream: BinaryIO, name: str, actor: Actor, home: Path) -> str:
    """Keep a file that is to be imported; gives its id. Raises BadRequest, TooMuch, with nothing kept."""
    file = files.keep(stream, name, actor, home, MAX_BYTES)
    try:
        open_table(files.path_of(home, file.id), file.name)
    except Fault:
        files.discard(file.id, home)
        raise
    return file.id


def opened(file_id: str, sheet: str, actor: Actor, home: Path) -> Upload:
    """A kept file of one's own; raises NotFound, BadRequest, TooMuch."""
    file = files.find(file_id, actor)
    path = files.path_of(home, file.id)
    sheets = sheet_names(path)
    if sheet and sheet not in sheets:
        raise BadRequest(message("The file has no sheet “%(name)s”.", name=sheet[:100]))
    table = open_table(path, file.name, sheet)
    rows = [row for _, row in itertools.islice(table.rows, LOOKED_AT)]
    return Upload(file.id, file.name, sheets, sheet or next(iter(sheets), ""), table.header, rows)


def forms_of(app_id: str) -> dict[str, Form]:
    """The forms of the live release, by key."""
    published = releases.current(app_id)
    return {key: form_of(published, key) for key in published.all("forms")}


def begin(app_id: str, form: str, upload: Upload, asked: Mapping[str, Any], actor: Actor) -> ImportJob:
    """Ask the workers to import a kept file; raises Refused, Forbidden."""
    with transaction():
        job = imports.prepare(app_id, form, imports.Kept(upload.id, upload.name, upload.header), asked, actor)
        imports.call_for(job)
    return job


def again(job: ImportJob, actor: Actor, home: Path) -> ImportJob:
    """After a dry run the same in earnest; Conflict for an import that was none, or is not over."""
    if not job.options["dry_run"] or job.state != "done":
        raise Conflict(message("This was not a trial, or it is still running."))
    asked = {name: job.options[name] for name in ("mapping", "mode", "key", "lenient", "flows", "sheet")}
    upload = opened(job.options["file"], job.options["sheet"], actor, home)
    return begin(job.app_id, job.form, upload, asked, actor)


def columns_of(job: ImportJob) -> list[Column]:
    """What each column of an import filled."""
    return [Column(header, to["field"], to["by"]) for header, to in job.options["mapping"].items()]


def recent(app_id: str, form: str, actor: Actor) -> list[ImportJob]:
    """The latest imports into a form that the actor may see."""
    rules = actor.powers & {"owner", "admin"} or "admin" in actor.roles.get(app_id, ())
    asked = select(ImportJob).where(ImportJob.app_id == app_id, ImportJob.form == form)
    if not rules:
        asked = asked.where(ImportJob.created_by == actor.member_id)
    return list(db.session.scalars(asked.order_by(ImportJob.id.desc()).limit(RECENT)))


# --- rows with problems ------------------------------------------------------------------------


@contextmanager
def problem_rows(job: ImportJob, home: Path, title: str, say: Callable[[ImportNote], str]) -> Iterator[Path]:
    """A workbook of the rows that something is said about, as they were sent, with what it is in a column of its own.

    It can be mended and imported again: the added column fits no field.
    """
    said = _said(job.id, say)
    table = open_table(files.path_of(home, job.options["file"]), job.file_name, job.options["sheet"])
    width, last = len(table.header), max(said, default=0)
    read = itertools.takewhile(lambda numbered: numbered[0] <= last, table.rows)
    rows = ([*row[:width], *[None] * (width - len(row)), said[number]] for number, row in read if number in said)
    with tempfile.TemporaryDirectory(prefix="trellis-problems-") as folder:
        path = Path(folder) / "rows.xlsx"
        write(path, "xlsx", [*table.header, title], itertools.islice(rows, MOST_PROBLEM_ROWS), title)
        yield path


def _said(import_id: str, say: Callable[[ImportNote], str]) -> dict[int, str]:
    """What is said about each row, all of it in one text."""
    wanted = select(ImportNote).where(ImportNote.import_id == import_id, ImportNote.later.is_(False))
    said: dict[int, list[str]] = {}
    for note in db.session.scalars(wanted.order_by(ImportNote.row, ImportNote.id)):
        text = say(note)
        said.setdefault(note.row, []).append(text)
    return {row: "; ".join(texts) for row, texts in said.items()}
