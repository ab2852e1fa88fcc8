"""Asking for a survey of uploaded tables, and carrying it out."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import insert, select, update

from runtime.contracts import Actor, BadRequest, Conflict, Fault, NotFound, TooMuch
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.events import Dispatch, dispatch_row, wake
from runtime.exchange.sheets import MAX_BYTES, kind_of, open_table, sheet_names
from runtime.exchange.surveys.columns import Budget, Table
from runtime.exchange.surveys.findings import Found, findings
from runtime.exchange.surveys.models import Survey
from runtime.exchange.words import kept_message
from runtime.files import service as files
from runtime.i18n import message
from runtime.identity import service as identity

MOST_FILES = 20
MOST_TABLES = 30
ROWS_AT_ONCE = 2_000
MOST_NAMES = 5_000

Sheet = tuple[dict[str, str], str]
"""A file, and which of its sheets ("" for the only one)."""


def start(sent: Sequence[tuple[BinaryIO, str]], actor: Actor, home: Path) -> Survey:
    """Keep the files and ask the workers to look them through; raises BadRequest, TooMuch, with nothing kept."""
    if not sent:
        raise BadRequest(message("Choose a file first."))
    if len(sent) > MOST_FILES:
        raise TooMuch(message("At most %(most)s files at once.", most=MOST_FILES))
    kept: list[dict[str, str]] = []
    try:
        for stream, name in sent:
            file = files.keep(stream, name, actor, home, MAX_BYTES)
            kept.append({"id": file.id, "name": file.name})
            if not kind_of(files.path_of(home, file.id)):
                raise BadRequest(message("“%(name)s” is no CSV, XLSX or XLS file.", name=file.name))
    except Fault:
        for one in kept:
            files.discard(one["id"], home)
        raise
    with transaction() as session:
        survey = Survey(tenant_id=current_tenant(), id=new_id(), files=kept, created_by=actor.member_id)
        session.add(survey)
        session.execute(insert(Dispatch), dispatch_row(survey.tenant_id, survey.id, "survey", utc_now()))
        after_commit(_wake)
    return survey


def _wake() -> None:
    wake()


def find(survey_id: str, actor: Actor) -> Survey:
    """A survey of the tenant, for who asked for it and for an admin; raises NotFound."""
    db.session.expire_all()
    found = db.session.scalar(select(Survey).where(Survey.id == survey_id))
    if found is None or not (actor.powers & {"owner", "admin"} or found.created_by == actor.member_id):
        raise NotFound(message("There is no such upload."))
    return found


def claim(survey: Survey, app_id: str) -> None:
    """Note that this app is made of a survey; of two at once one gets a Conflict."""
    mine = update(Survey).where(Survey.tenant_id == current_tenant(), Survey.id == survey.id)
    free = mine.where(Survey.app_id.is_(None)).values(app_id=app_id)
    if db.session.execute(free).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(message("An app was made of this already."))


def work(survey_id: str, hold: Callable[[], None], home: Path) -> None:
    """Look the files through; a fault ends it and is said in `why`."""
    survey = db.session.scalar(select(Survey).where(Survey.id == survey_id))
    if survey is None or survey.state != "waiting":
        return
    try:
        found, why = _look_through(survey, hold, home), None
    except Fault as fault:
        found, why = None, kept_message(fault.why)
    with transaction() as session:
        hold()
        done = session.merge(survey)
        done.state, done.found, done.why = ("failed" if why else "done"), found, why


def _look_through(survey: Survey, hold: Callable[[], None], home: Path) -> list[Found]:
    sheets, budget = list(_sheets(survey.files, home)), Budget()
    if len(sheets) > MOST_TABLES:
        raise TooMuch(message("The files have more than %(most)s sheets.", most=MOST_TABLES))
    read = [(sheet, _read(sheet, budget, hold, home)) for sheet in sheets]
    tables = [(sheet, table) for sheet, table in read if table is not None and table.rows]
    if not tables:
        raise BadRequest(message("There are no rows in it."))
    people = _people_among([table for _, table in tables])
    currency = "CNY" if identity.this_tenant().lang.startswith("zh") else "USD"
    found = findings([table for _, table in tables], people, currency)
    for (file, sheet), one in zip((sheet for sheet, _ in tables), found, strict=False):
        one |= {"file": file["id"], "name": file["name"], "sheet": sheet}
    return found


def _people_among(tables: Sequence[Table]) -> set[str]:
    """The names of members among the values of columns that may hold names."""
    able = (column for table in tables for column in table.columns if not column.crowded and not column.fits("number"))
    names = islice((value for column in able for value in column.values), MOST_NAMES)
    return {name for name, ids in identity.members_named(names).items() if ids}


def _sheets(kept: Sequence[dict[str, str]], home: Path) -> Iterator[Sheet]:
    for file in kept:
        yield from ((file, sheet) for sheet in sheet_names(files.path_of(home, file["id"])) or [""])


def _read(sheet: Sheet, budget: Budget, hold: Callable[[], None], home: Path) -> Table | None:
    """A sheet looked through; None for one that has no header."""
    file, name = sheet
    try:
        opened = open_table(files.path_of(home, file["id"]), file["name"], name)
    except BadRequest:
        if not name:
            raise
        return None  # an empty sheet among others
    table = Table(name or Path(file["name"]).stem, opened.header, budget)
    for number, (_, row) in enumerate(opened.rows):
        if number % ROWS_AT_ONCE == 0:
            with transaction():
                hold()
        table.take(row)
    return table
