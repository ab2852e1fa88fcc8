"""One record in words: its facts, its story, what links to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.answers import compile_form
from runtime.i18n import Message, message, text_in
from runtime.records.record import Entry, Record
from runtime.records.table import Cell, Column, cell
from runtime.releases.published import Published
from widgets.base import PERSON, Reader

_DONE = {
    "created": message("made this record"),
    "updated": message("changed this record"),
    "deleted": message("deleted this record"),
}


@dataclass(frozen=True)
class Fact:
    """A term and what it is."""

    title: str | Message
    cell: Cell


@dataclass(frozen=True)
class Step:
    """One entry of a record's story: who did what, when, and each field before and after."""

    who: str | Message
    what: Message
    at: datetime
    changes: tuple[tuple[str | Message, str, str], ...]


@dataclass(frozen=True)
class Remark:
    """A comment in a record's story; `said` is empty once it was removed."""

    id: str
    who: str | Message
    what: Message
    said: str
    at: datetime
    removable: bool


@dataclass(frozen=True)
class Linking:
    """The records of one form that link here."""

    title: str
    records: tuple[tuple[str, str, datetime], ...]


def facts_of(columns: Sequence[Column], values: Mapping[str, Any], reader: Reader, app_url: str) -> list[Fact]:
    """The filled fields with their values."""
    found = ((column, values.get(column.name)) for column in columns)
    return [Fact(column.title, cell(column, value, reader, app_url)) for column, value in found if value is not None]


def story_of(entries: Sequence[Entry], columns: Sequence[Column], reader: Reader) -> list[Step]:
    """The history in words, the last change first."""
    by_name = {column.name: column for column in columns}
    return [
        Step(_who(entry, reader), _DONE.get(entry.type, _DONE["updated"]), entry.at, _changes(entry, by_name, reader))
        for entry in entries
    ]


def _who(entry: Entry, reader: Reader) -> str | Message:
    if entry.run_id or entry.actor_id is None:
        return message("A flow")
    return reader.labels.get((PERSON, entry.actor_id)) or message("Somebody who has left")


def _changes(entry: Entry, columns: Mapping[str, Column], reader: Reader) -> tuple[tuple[str | Message, str, str], ...]:
    names = [name for name in dict.fromkeys([*entry.new, *entry.old]) if name in columns]
    sides = [(columns[name], entry.old.get(name), entry.new.get(name)) for name in names]
    return tuple(
        (column.title, cell(column, old, reader).text, cell(column, new, reader).text) for column, old, new in sides
    )


def groups_of(found: Mapping[str, Sequence[Record]], published: Published, app_url: str, lang: str) -> list[Linking]:
    """The records that link here, each with its name, its address and when it was made."""
    groups = []
    for form, records in found.items():
        title = text_in(lang, published.one("forms", form), "title")
        label = published.derived(compile_form, "forms", form).label
        rows = tuple((_named(one, label), f"{app_url}f/{form}/{one.id}", one.created_at) for one in records)
        groups.append(Linking(title, rows))
    return groups


def _named(record: Record, label: str | None) -> str:
    return str(record.data.get(label or "") or f"#{record.id[-6:]}")
