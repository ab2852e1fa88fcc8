"""The values that records go through: the columns of a board, and a bar on the page of a record."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.records.asking import json_text
from runtime.records.filterbar import parts_of
from runtime.records.table import Column
from runtime.records.views import View
from widgets.base import Field, Reader
from widgets.choice import options_of, title_of

Json = Any

FIXED = frozenset({"id", "rev", "department", "created_at", "created_by", "updated_at", "updated_by"})
"""Fields that nobody sets, so that no record can be moved along them."""

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, given: value == given,
    "ne": lambda value, given: value != given,
    "in": lambda value, given: value in given,
    "nin": lambda value, given: value not in given,
}


@dataclass(frozen=True)
class Stage:
    """A value a record may have: as JSON text, in words, and whether the record is past it, there, or not yet."""

    key: str
    title: str
    state: str


@dataclass(frozen=True)
class Bar:
    """The stages of a record, and the board whose act moves it along them."""

    view: str
    title: str
    stages: Sequence[Stage]


def stages_of(
    view: View, column: Column, value: Json, reader: Reader, had: Callable[[str], Collection[Json]]
) -> Bar | None:
    """The bar of a record that has this value; None for a field without options, or one that nobody sets.

    A record is past what stands before its stage. At the last one only what it `had` counts: who has lost a deal has
    not won it before.
    """
    values = options(column.field)
    if not values or not is_settable(column):
        return None
    here = values.index(value) if value in values else -1
    past = values[: max(here, 0)]
    if here == len(values) - 1:
        been = had(column.name)
        past = [one for one in past if one in been]
    titles = [(one, value_title(column, one, reader)) for one in values]
    states = ["here" if place == here else "done" if one in past else "next" for place, one in enumerate(values)]
    stages = [Stage(json_text(one), title, state) for (one, title), state in zip(titles, states, strict=True)]
    return Bar(view.key, view.title, stages)


def options(field: Field) -> list[Json]:
    """The values a field offers, in order; none for a link, whose values are known by what is there."""
    if field.schema.get("type") == "boolean":
        return [True, False]
    return [option["const"] for option in options_of(field.schema)]


def is_settable(column: Column) -> bool:
    """Whether somebody may set the field at all."""
    return column.name not in FIXED and "x-formula" not in column.field.schema


def value_title(column: Column, value: Json, reader: Reader) -> str:
    """What a value is called."""
    if isinstance(value, bool) or "x-ref" in column.field.schema:
        return column.widget.display(value, column.field, reader)
    return title_of(value, column.field.schema, reader)


def is_wanted(value: Json, field: str, filter: Mapping[str, Any] | None) -> bool:
    """Whether a filter lets any record of this value through, by its plain conditions."""
    mine = (part for part in parts_of(filter) if part.get("field") == field and part.get("op") in _TESTS)
    return all(_TESTS[part["op"]](value, part["value"]) for part in mine)
