"""A row as answers to a form: values read at once, names of other records and people left to be looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from runtime.answers import Form
from runtime.contracts import Problem
from runtime.exchange.cells import Read, Unreadable, misfit, reader_of, text_of
from runtime.exchange.mapping import Column, Options, field_of
from runtime.exchange.sheets import Row
from runtime.i18n import Message
from widgets.base import Field

PERSON = "@person"
"""What a person field points at; other links point at a form's key."""


@dataclass(frozen=True)
class Place:
    """A column's place in the row, the field it fills, for a link what it points at ("" for a plain value), and what
    reads its cells."""

    index: int
    column: Column
    field: Field
    target: str
    read: Read


@dataclass(frozen=True)
class Note:
    """What is wrong with one cell."""

    row: int
    field: str
    keyword: str
    message: Message
    value: str = ""


@dataclass
class Reading:
    """One row: its number in the file (the header is 1), what was read, names to look up, what was wrong."""

    row: int
    answers: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def places_of(header: Sequence[str], options: Options, form: Form, zone: ZoneInfo) -> list[Place]:
    """Where each mapped column stands and what it fills; `zone` is where times without a zone were written."""
    index = {name: place for place, name in enumerate(header)}
    return [_place(index[column.header], column, form, zone) for column in options.columns if column.header in index]


def _place(index: int, column: Column, form: Form, zone: ZoneInfo) -> Place:
    field = _widget_field(form, column.field)
    return Place(index, column, field, target_of(form, column.field), reader_of(field.schema, field.ui, zone))


def target_of(form: Form, name: str) -> str:
    """What a field points at: a form's key, PERSON, or ""."""
    field = field_of(form, name)
    reference = (field.schema.get("x-ref") or {}) if field else {}
    return PERSON if reference.get("person") else str(reference.get("form") or "")


def read_row(number: int, row: Row, places: Sequence[Place]) -> Reading:
    """One row read; a cell that its field cannot hold is noted and left out."""
    reading = Reading(number)
    for place in places:
        cell = row[place.index] if place.index < len(row) else None
        name = place.field.name
        if place.target:
            if text := text_of(cell):
                reading.names[name] = text
            continue
        try:
            value = place.read(cell)
        except Unreadable:
            why = misfit(cell, place.field.schema, place.field.ui)
            reading.notes.append(Note(number, name, "type", why, text_of(cell)[:200]))
            continue
        if value is not None:
            reading.answers[name] = value
    return reading


def notes_of(row: int, problems: Sequence[Problem], answers: Mapping[str, Any]) -> list[Note]:
    """Problems of a refused or incomplete record as notes at its row."""
    return [_note(row, problem, answers) for problem in problems]


def _note(row: int, problem: Problem, answers: Mapping[str, Any]) -> Note:
    name = problem.pointer.removeprefix("/").partition("/")[0].replace("~1", "/").replace("~0", "~")
    value = answers.get(name)
    return Note(row, name, problem.keyword, problem.message, "" if value is None else str(value)[:200])


def _widget_field(form: Form, name: str) -> Field:
    part = field_of(form, name)
    return Field(name, part.schema, part.ui) if part else Field(name, {})
