"""The columns of a board: the values of its group field in order, each with how many records stand in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.i18n import Message, message
from runtime.records.asking import json_text
from runtime.records.record import Group, Page
from runtime.records.stages import is_settable, is_wanted, options, value_title
from runtime.records.table import Cell, Column
from widgets.base import Reader

Json = Any

FACTS = 4
"""Facts on a card beside its title."""

MOST = 50
"""Columns of a board at most."""


@dataclass(frozen=True)
class Place:
    """One column: a value of the group field (None for records without one), and what stands in it."""

    value: Json
    title: str | Message
    takes: bool = True
    count: int = 0
    total: str = ""

    @property
    def key(self) -> str:
        """The value as JSON text, as pages name the column."""
        return json_text(self.value)

    @property
    def typed(self) -> str:
        """The value as the control of a form sends it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value or "")

    def filter(self, group: str) -> dict[str, Any]:
        """The records that stand in it."""
        if self.value is None:
            return {"field": group, "op": "empty"}
        return {"field": group, "op": "eq", "value": self.value}


@dataclass(frozen=True)
class Card:
    """A record on a board."""

    id: str
    rev: int
    title: str
    url: str
    owner: str
    facts: tuple[tuple[str | Message, str, bool], ...]
    incomplete: bool = False


@dataclass(frozen=True)
class Filled:
    """A column with its first cards; `next` leads to more of them."""

    place: Place
    cards: tuple[Card, ...]
    next: str | None


def places(
    column: Column, groups: Sequence[Group], filter: Mapping[str, Any] | None, reader: Reader, total: Column | None
) -> list[Place]:
    """The columns: records without a value first if there are any, then every option, then values that are none."""
    found = {json_text(group.keys[column.name]): group for group in groups}
    values = [value for value in options(column.field) if is_wanted(value, column.name, filter)]
    known = {json_text(value) for value in values}
    rest = [group.keys[column.name] for group in groups if json_text(group.keys[column.name]) not in known]
    others = sorted(
        (value for value in rest if value is not None), key=lambda value: value_title(column, value, reader)
    )
    strange = bool(values)
    made = [Place(None, message("(empty)"), is_settable(column))] if None in rest else []
    made += [Place(value, value_title(column, value, reader), is_settable(column)) for value in values]
    made += [Place(value, value_title(column, value, reader), is_settable(column) and not strange) for value in others]
    return [_counted(place, found.get(place.key), total, reader) for place in made[:MOST]]


def _counted(place: Place, group: Group | None, total: Column | None, reader: Reader) -> Place:
    if group is None:
        return place
    summed = group.metrics.get(f"sum:{total.name}") if total else None
    text = total.widget.display(summed, total.field, reader) if total and summed is not None else ""
    return Place(place.value, place.title, place.takes, group.metrics["count"], text)


def card_names(document: Mapping[str, Any], label: str | None, usual: Iterable[str]) -> tuple[str | None, list[str]]:
    """The field that names a card, which is what names its record, and its facts: as the view says, else the first."""
    named = [name for name in document.get("card") or usual if name not in ("owner", "created_at")]
    title = label or next(iter(named), None)
    return title, [name for name in named if name not in (title, document.get("group"))][:FACTS]


def facts(columns: Sequence[Column], cells: Sequence[Cell]) -> tuple[tuple[str | Message, str, bool], ...]:
    """The filled facts of a card: title, text, and whether it is a number."""
    pairs = zip(columns, cells, strict=True)
    return tuple((column.title, cell.text, column.is_number) for column, cell in pairs if cell.text)


def filled(made: Sequence[Place], pages: Sequence[Page], cards: Mapping[str, Card]) -> list[Filled]:
    """The columns with their cards."""
    return [
        Filled(place, tuple(cards[record.id] for record in page.items), page.next)
        for place, page in zip(made, pages, strict=True)
    ]
