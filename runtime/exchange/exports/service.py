"""Exporting what a table lists: at once where it is little, else by a worker, page by page."""

import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from runtime.audit import service as audit
from runtime.contracts import Actor, Conflict, Fault, NotFound, Refused
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.events import Dispatch, dispatch_row, wake
from runtime.exchange.exports.models import ExportJob
from runtime.exchange.exports.rows import cells_of
from runtime.exchange.spools import line_of, lines_in
from runtime.exchange.words import kept_message
from runtime.exchange.writing import Cell, write
from runtime.files import service as files
from runtime.i18n import Message, message, speaker
from runtime.identity.doors.service import actor_of
from runtime.notices import service as notices
from runtime.records import service as records
from runtime.records.asking import json_text
from runtime.records.desks.service import At, Desk
from runtime.records.query import MAX_LIMIT, Query
from runtime.records.record import Page
from runtime.records.table import columns_of, refs_of, values_of

log = logging.getLogger(__name__)

AT_ONCE = 2_000
"""So many records are written while one waits."""

MOST_ROWS = 200_000
MOST_OPEN = 3
"""Exports that one person may have under way."""

WRITE_ROWS = 5_000
"""After so many rows of the finished file the claim on the work is renewed."""

OPEN = ("waiting", "running")

MOST_TROUBLES = 5
"""An export that the disk refuses so often in a row is given up; until then it may find room again."""

NO_ROOM = message(
    "The file could not be written on the server; its disk may be full."
    " Tell whoever runs Trellis, and export again then."
)


@dataclass(frozen=True)
class Asked:
    """What is to be exported: a filter and an order as in `Query`, the names of the columns, the reader's language."""

    app_id: str
    form: str
    kind: str
    filter: Mapping[str, Any] | None
    sort: tuple[str, ...]
    columns: tuple[str, ...]
    lang: str


class Sheet:
    """What is exported, as one person may see it, a page at a time."""

    def __init__(self, asked: Asked, actor: Actor) -> None:
        self.asked = asked
        self.desk = Desk(asked.app_id, asked.form, At(actor, "", asked.lang, speaker(asked.lang)), "export")
        self.columns = columns_of(self.desk.form, asked.columns, self.desk.shown, asked.lang)
        self.title = self.desk.title

    @property
    def header(self) -> list[str]:
        """The titles of the columns."""
        speak = speaker(self.asked.lang)
        titles = (column.title for column in self.columns)
        return [title.translated(speak) if isinstance(title, Message) else title for title in titles]

    def page(self, cursor: str | None) -> Page:
        """The records from a cursor on."""
        query = Query(self.asked.filter, self.asked.sort, MAX_LIMIT, cursor, count=False)
        return records.page_of(self.desk.reading, query)

    def cells(self, page: Page) -> list[list[Cell]]:
        """The cells of a page's records, labels fetched together."""
        rows = [values_of(record) for record in page.items]
        reader = self.desk.reader(refs_of(self.columns, rows))
        return [cells_of(self.columns, row, reader) for row in rows]

    def rows(self) -> Iterator[list[Cell]]:
        """All rows, from the first page on."""
        cursor: str | None = None
        while True:
            page = self.page(cursor)
            yield from self.cells(page)
            cursor = page.next
            if cursor is None:
                return


@contextmanager
def written(asked: Asked, actor: Actor) -> Iterator[Path]:
    """The file of a small export, gone after the block."""
    sheet = Sheet(asked, actor)
    _note(asked, actor)
    with tempfile.TemporaryDirectory(prefix="trellis-export-") as folder:
        path = Path(folder) / "file"
        write(path, asked.kind, sheet.header, sheet.rows(), sheet.title)
        yield path


def start(asked: Asked, actor: Actor) -> ExportJob:
    """Let a worker export; Conflict while too many of this person's are under way."""
    Sheet(asked, actor)  # refuses now what could not be read later
    mine = (ExportJob.created_by == actor.member_id, ExportJob.state.in_(OPEN))
    with transaction() as session:
        if (session.scalar(select(func.count()).select_from(ExportJob).where(*mine)) or 0) >= MOST_OPEN:
            raise Conflict(message("Wait until one of your exports is done."))
        kept = {name: value for name, value in asdict(asked).items() if name in ("filter", "sort", "columns", "lang")}
        job = ExportJob(
            tenant_id=current_tenant(), id=new_id(), app_id=asked.app_id, form=asked.form, kind=asked.kind, asked=kept,
            created_by=str(actor.member_id),
        )  # fmt: skip
        session.add(job)
        session.flush()
        session.execute(insert(Dispatch), dispatch_row(job.tenant_id, job.id, "export", utc_now()))
        _note(asked, actor)
        after_commit(lambda: wake())
    return job


def _note(asked: Asked, actor: Actor) -> None:
    """The trail tells who took which records and answers out of the house."""
    said = json_text(asked.filter) if asked.filter else ""  # as text: no database may spell a number of it otherwise
    about = {"app": asked.app_id, "form": asked.form, "filter": said, "fields": list(asked.columns)}
    audit.note("records.exported", about, actor.member_id)


def find(export_id: str, actor: Actor) -> ExportJob:
    """An export of one's own, as it is now; raises NotFound."""
    db.session.expire_all()
    found = db.session.scalar(select(ExportJob).where(ExportJob.id == export_id))
    if found is None or found.created_by != actor.member_id:
        raise NotFound(message("There is no such export."))
    return found


def may_fetch(file_id: str, actor: Actor) -> bool:
    """Whether a file is an export of the actor's own, who may still export from its form."""
    job = db.session.scalar(select(ExportJob).where(ExportJob.file_id == file_id))
    if job is None or job.created_by != actor.member_id:
        return False
    try:
        return bool(records.begin(job.app_id, job.form, actor, "export"))
    except Fault:
        return False


files.readers.append(may_fetch)


# --- the work ----------------------------------------------------------------------------------

Hold = Callable[[], None]


def work(export_id: str, hold: Hold, home: Path, seconds: float) -> bool:
    """Go on with an export for a while; says whether it is finished. A fault ends it and is said in `why`."""
    job = _load(export_id)
    if job is None or job.state not in OPEN:
        return True
    end = time.monotonic() + seconds
    spool = home / "exports" / export_id
    try:
        sheet = Sheet(_asked(job), _who(job))
        while job.cursor or not job.done:
            _take_page(job, sheet, spool, hold)
            if job.cursor is None or job.done >= MOST_ROWS:
                break
            if time.monotonic() > end:
                return False
        _finish(job, sheet, spool, home, hold)
    except (Fault, Refused) as fault:
        why = fault.why if isinstance(fault, Fault) else fault.problems[0].message
        _end(job, hold, state="failed", why=kept_message(why))
    except OSError:
        if not _is_given_up(job, hold):
            raise
        log.exception("The export %s was given up", job.id)
        _end(job, hold, state="failed", why=kept_message(NO_ROOM))
    for left in (spool, spool.with_suffix(".out")):
        left.unlink(missing_ok=True)
    return True


def _is_given_up(job: ExportJob, hold: Hold) -> bool:
    """Count that the disk has refused something; says whether it did so too often."""
    with transaction() as session:
        hold()
        row = session.merge(job, load=True)
        row.troubles += 1
        session.flush()
        return row.troubles >= MOST_TROUBLES


def _load(export_id: str) -> ExportJob | None:
    return db.session.scalar(select(ExportJob).where(ExportJob.id == export_id))


def _asked(job: ExportJob) -> Asked:
    kept = job.asked
    sort, columns = tuple(kept["sort"]), tuple(kept["columns"])
    return Asked(job.app_id, job.form, job.kind, kept["filter"], sort, columns, kept["lang"])


def _who(job: ExportJob) -> Actor:
    found = actor_of(job.created_by)
    if found is None:
        raise NotFound(message("Who asked for this export is no longer a member."))
    return found[0]


def _take_page(job: ExportJob, sheet: Sheet, spool: Path, hold: Hold) -> None:
    """One page to the disk; how far that is, is committed after."""
    page = sheet.page(job.cursor)
    spooled = _append(spool, job.spooled, b"".join(map(line_of, sheet.cells(page))))
    with transaction() as session:
        hold()
        row = session.merge(job, load=True)
        row.state, row.cursor, row.spooled, row.troubles = "running", page.next, spooled, 0
        row.done += len(page.items)
        session.flush()


def _append(spool: Path, from_byte: int, lines: bytes) -> int:
    spool.parent.mkdir(exist_ok=True)
    with spool.open("r+b" if spool.exists() else "w+b") as file:
        file.truncate(from_byte)
        file.seek(from_byte)
        file.write(lines)
        os.fsync(file.fileno())
        return file.tell()


def _finish(job: ExportJob, sheet: Sheet, spool: Path, home: Path, hold: Hold) -> None:
    out = spool.with_suffix(".out")
    write(out, job.kind, sheet.header, _held(lines_in(spool), hold), sheet.title)
    with out.open("rb") as stream:
        nobodys = replace(sheet.desk.actor, member_id=None)  # who may read it is asked anew each time: `may_fetch`
        file = files.keep(stream, f"{sheet.title}.{job.kind}", nobodys, home, out.stat().st_size)
    out.unlink()
    _end(job, hold, state="done", file_id=file.id)


def _held(rows: Iterator[list[Cell]], hold: Hold) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows):
        if number % WRITE_ROWS == 0:
            with transaction():
                hold()
        yield row


def _end(job: ExportJob, hold: Hold, **kept: Any) -> None:
    """Keep how it ended, and tell who asked for it."""
    with transaction() as session:
        hold()
        row = session.merge(job, load=True)
        for name, value in kept.items():
            setattr(row, name, value)
        session.flush()
        words = message("Your export is ready") if row.state == "done" else message("An export did not work")
        told = {"title": words.translated(speaker(job.asked["lang"])), "body": ""}
        notices.tell([job.created_by], told, notices.About(f"exports/{job.id}", job.app_id, None))
