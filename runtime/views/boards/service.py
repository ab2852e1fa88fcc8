"""A board filled for one reader, more of one of its columns, and a card moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from runtime.contracts import BadRequest, Change, NotFound, Saved
from runtime.documents import parse
from runtime.i18n import message
from runtime.records import service as records
from runtime.records.desks.service import Desk
from runtime.records.filterbar import together
from runtime.records.listing import Listing
from runtime.records.record import Record
from runtime.records.table import Column, cell, column_of, columns_of, refs_of, usual_columns, values_of
from runtime.views.boards.columns import Card, Filled, Place, card_names, facts, filled, places
from widgets.base import PERSON, Reader, input_name

FIRST = 10
"""Cards of a column that a board opens with: what a tall screen shows."""

MORE = 30
"""Cards that come at once when a column is scrolled to its end."""


@dataclass(frozen=True)
class Board:
    """A kanban view opened for one reader, with what its address narrows it to."""

    desk: Desk
    listing: Listing

    @property
    def group(self) -> str:
        """The field that makes the columns."""
        return str(self.listing.said["group"])

    @property
    def column(self) -> Column:
        """The same as a column; raises NotFound where the reader may not ask about it."""
        found = self.desk.column(self.group)
        if found is None:
            raise NotFound(message("There is no such page."))
        return found

    @property
    def sum(self) -> Column | None:
        """The number that is summed by column, where the reader may see it on every row."""
        name = self.listing.said.get("sum")
        return self.desk.column(name) if name and self.desk.kinds.get(name) == "number" else None


@dataclass(frozen=True)
class BoardPage:
    """A board as its templates draw it."""

    board: Board
    columns: list[Filled]
    mark: str

    @property
    def url(self) -> str:
        """The address below which the board's acts are."""
        return self.board.listing.url

    @property
    def query(self) -> str:
        """What narrows the board, as the acts are told it."""
        return urlencode(self.board.listing.kept())

    @property
    def summed(self) -> Any:
        """What is summed by column; None for nothing."""
        return self.board.sum and self.board.sum.title

    @property
    def moves(self) -> bool:
        """Whether the reader may move any card."""
        return self.board.desk.reading.rights.may("update")

    @property
    def may_create(self) -> bool:
        """Whether the reader may add cards."""
        return self.board.desk.may_create

    def new_url(self, place: Place) -> str:
        """The form of a new card in a column."""
        asked = {input_name(self.board.group): place.typed, "_back": self.board.listing.address()}
        return f"{self.board.desk.url}new?{urlencode(asked)}"

    def more_url(self, column: Filled) -> str:
        """Where the next cards of a column are."""
        asked = {**self.board.listing.kept(), "column": column.place.key, "cursor": column.next or ""}
        return f"{self.url}/cards?{urlencode(asked)}"


def heads(board: Board) -> tuple[list[Place], str]:
    """The columns with count and sum, in one query, and a mark that differs once a record on the board changes."""
    total, group = board.sum, board.group
    metrics = ["count", *([f"sum:{total.name}"] if total else []), "max:updated_at"]
    groups, _more = records.aggregate_of(board.desk.reading, [group], metrics, board.listing.whole_filter)
    column = board.column
    keys = [{group: one.keys[group]} for one in groups]
    made = places(column, groups, board.listing.said.get("filter"), board.desk.reader(refs_of([column], keys)), total)
    newest = max((str(one.metrics["max:updated_at"]) for one in groups), default="")
    return made, f"{newest} {sum(one.metrics['count'] for one in groups)}"


def fill(board: Board) -> tuple[list[Filled], str]:
    """The columns with their first cards, in two queries and one for each kind of label; and the mark of `heads`."""
    made, mark = heads(board)
    filters = [together(board.listing.whole_filter, place.filter(board.group)) for place in made]
    pages = records.first_pages(board.desk.reading, filters, board.listing.order, FIRST)
    cards = _cards(board, [record for page in pages for record in page.items])
    return filled(made, pages, cards), mark


def more(board: Board, key: str, cursor: str) -> Filled:
    """Further cards of one column; raises BadRequest."""
    place = place_of(key)
    filter = together(board.listing.whole_filter, place.filter(board.group))
    page = records.page_of(
        board.desk.reading, records.Query(filter, board.listing.order, MORE, cursor or None, count=False)
    )
    return filled([place], [page], _cards(board, page.items))[0]


def move(board: Board, record_id: str, rev: int | None, key: str) -> Saved:
    """Put a card into another column, through the one door; raises what `records.change` raises."""
    return put(board.desk, board.group, record_id, rev, place_of(key).value)


def put(desk: Desk, group: str, record_id: str, rev: int | None, value: Any) -> Saved:
    """Give a record another value of the field that makes columns."""
    answers, owner = ({}, value) if group == "owner" else ({group: value}, None)
    change = Change(desk.app.id, desk.form.key, "update", answers, record_id=record_id, rev=rev, owner_id=owner)
    return records.change(change, desk.actor)


def place_of(key: str) -> Place:
    """The column that a page names by its key; raises BadRequest."""
    found = parse(f'{{"value":{key}}}') if len(key) < 1_000 else None
    if not isinstance(found, dict) or len(found) > 1 or not isinstance(found["value"], str | bool | None):
        raise BadRequest(message("There is no such column."))
    return Place(found["value"], "")


def _cards(board: Board, found: Sequence[Record]) -> dict[str, Card]:
    return cards(board.desk, found, *card_fields(board.desk, board.listing.said))


def card_fields(desk: Desk, said: Mapping[str, Any]) -> tuple[Column | None, list[Column]]:
    """The field that names a card of a view, and those of its facts, without what its reader never sees."""
    title, names = card_names(said, desk.form.label, usual_columns(desk.form, desk.readable()))
    readable = desk.readable()
    named = column_of(desk.form, title, desk.lang) if title in readable else None
    return named, columns_of(desk.form, names, readable, desk.lang)


def cards(desk: Desk, found: Sequence[Record], title: Column | None, columns: Sequence[Column]) -> dict[str, Card]:
    """Records as cards, by id; one query for each kind of label."""
    rows = [values_of(record) for record in found]
    people = {PERSON: {record.owner_id for record in found if record.owner_id}}
    reader = desk.reader(refs_of([*columns, *([title] if title else [])], rows), people)
    pairs = zip(found, rows, strict=True)
    return {record.id: _card(desk, record, row, title, columns, reader) for record, row in pairs}


def _card(
    desk: Desk, record: Record, row: Mapping[str, Any], title: Column | None, columns: Sequence[Column], reader: Reader
) -> Card:
    cells = [cell(column, row.get(column.name), reader) for column in columns]
    named = cell(title, row.get(title.name), reader).text if title else ""
    owner = reader.labels.get((PERSON, record.owner_id or ""), "")
    return Card(
        record.id, record.rev, named or f"#{record.id[-6:]}", f"{desk.url}{record.id}", owner, facts(columns, cells),
        record.incomplete,
    )  # fmt: skip
