"""A draft view on the designer's desk, with the draft form it speaks of and what it would show now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.drafts import service as drafts
from runtime import documents
from runtime.answers import Form, FormError, compile_form
from runtime.contracts import BadRequest, Fault, Problem
from runtime.i18n import Message, message
from runtime.records import service as records
from runtime.records.asking import Arguments
from runtime.records.desks.service import At, Desk
from runtime.records.filters import Kind, kind_of
from runtime.records.listing import Listing
from runtime.records.table import Column, column_of, columns_of, rows_of, values_of
from runtime.records.views import view_of
from runtime.views.boards import service as boards
from runtime.views.boards.service import Board, BoardPage
from runtime.views.calendars import service as calendars
from runtime.views.calendars.month import Week, weeks
from runtime.views.calendars.service import Calendar

ROWS = 8
"""Records of a table's preview."""


@dataclass(frozen=True)
class Opened:
    """A view being edited."""

    app: Any
    draft: Any
    forms: Sequence[Mapping[str, Any]]

    @property
    def view(self) -> dict[str, Any]:
        """Its document."""
        return dict(self.draft.document)

    @property
    def form(self) -> Form | None:
        """The draft form it shows records of; None where that is missing or broken."""
        found = next((form for form in self.forms if form["key"] == self.view.get("form")), None)
        try:
            return compile_form(dict(found)) if found else None
        except FormError:
            return None

    def problems(self) -> list[Problem]:
        """What keeps the view from being drawn."""
        whole = {"format": "app/1", "key": "a", "title": "a", "forms": list(self.forms), "views": [self.view]}
        found = documents.check_app(whole)
        return [problem for problem in found if problem.pointer.startswith("/views/0")]

    def column(self, name: str, lang: str) -> tuple[Column, Kind]:
        """A field a condition may be about; raises BadRequest."""
        found = column_of(self.form, name, lang) if self.form else None
        if found is None:
            raise BadRequest(message("There is no such field to ask about."))
        return found, kind_of(found.field.schema)

    def asked_fields(self, lang: str) -> list[Column]:
        """The fields a condition may be about."""
        names = [*self.form.fields, "owner", "created_at", "updated_at"] if self.form else []
        return columns_of(self.form, names, frozenset(names), lang) if self.form else []


@dataclass(frozen=True)
class Preview:
    """What the view would show of the records there are; `why` where it cannot."""

    board: BoardPage | None = None
    weeks: Sequence[Week] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    why: Message | None = None


def open_view(app: Any, key: str) -> Opened:
    """A draft view; raises NotFound."""
    return Opened(app, drafts.find(app, "views", key), drafts.whole(app).get("forms") or ())


def preview(opened: Opened, at: At, args: Arguments) -> Preview:
    """The view over the records of the live release, as the admin sees them."""
    if opened.problems():
        return Preview(why=message("Mend what is marked first."))
    try:
        desk = Desk(opened.app.key, opened.view["form"], at)
        listing = desk.listing_in(view_of(opened.view, at.lang), "", args)
        if opened.view["kind"] == "kanban":
            board = Board(desk, listing)
            return Preview(board=BoardPage(board, *boards.fill(board)))
        if opened.view["kind"] == "calendar":
            calendar = Calendar(desk, listing)
            return Preview(weeks=weeks(calendar.first, calendar.today, calendars.entries(calendar)[0]))
        return _table(desk, listing)
    except (Fault, KeyError):
        return Preview(why=message("Records are shown here once the form is live with these fields."))


def _table(desk: Desk, listing: Listing) -> Preview:
    query = replace(listing.query(), limit=ROWS, count=False)
    page, columns = records.page_of(desk.reading, query), listing.columns(desk.shown)
    reader = desk.reader_for(listing, columns, [values_of(record) for record in page.items])
    return Preview(columns=columns, rows=list(rows_of(columns, page.items, reader, desk.url)))
