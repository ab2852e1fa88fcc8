"""Records as text: columns, cells and facts, worked out in Python before a template sees them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from runtime.answers import Form
from runtime.documents import SYSTEM_FIELDS
from runtime.i18n import Message, message, text_in
from runtime.records.record import Record
from widgets.base import Field, Reader, Widget, widget_of

USUAL = 6
"""Columns of a table that says nothing of its own."""

TITLES = {
    "id": message("Id"),
    "rev": message("Version"),
    "owner": message("Owner"),
    "department": message("Department"),
    "created_at": message("Created"),
    "created_by": message("Created by"),
    "updated_at": message("Changed"),
    "updated_by": message("Changed by"),
}


@dataclass(frozen=True)
class Column:
    """One field as a column or a fact: its title in the reader's language and the widget that shows it."""

    field: Field
    widget: Widget
    title: str | Message

    @property
    def name(self) -> str:
        """The field's name."""
        return self.field.name

    @property
    def is_number(self) -> bool:
        """Whether its values stand at the right."""
        return self.widget.align == "end"


@dataclass(frozen=True)
class Part:
    """A piece of a cell that leads somewhere: a linked record, a file (a picture is shown small)."""

    text: str
    url: str
    picture: bool = False


class Cell(NamedTuple):
    """One value as text; with `parts` where it leads somewhere. A page makes hundreds of them."""

    text: str
    parts: tuple[Part, ...] = ()


def column_of(form: Form, name: str, lang: str) -> Column | None:
    """A column by name, for a field of the form or of the system; None for no field."""
    if name in form.fields:
        known = form.fields[name]
        field = Field(name, known.schema, known.ui)
        return Column(field, widget_of(field.schema, field.ui), text_in(lang, known.schema, "title") or name)
    if name in TITLES and name != "department":
        field = Field(name, SYSTEM_FIELDS[name])
        return Column(field, widget_of(field.schema), TITLES[name])
    return None


def columns_of(form: Form, names: Iterable[str], readable: frozenset[str], lang: str) -> list[Column]:
    """Columns by name, without those that may not be read."""
    found = (column_of(form, name, lang) for name in names if name in readable or name in TITLES)
    return [column for column in found if column is not None]


def usual_columns(form: Form, readable: frozenset[str]) -> list[str]:
    """The names of the columns of a plain table: what a record is called, then the first short fields."""
    short = [name for name, field in form.fields.items() if name in readable and not _is_long(field)]
    label = [form.label] if form.label and form.label in short else []
    return [*list(dict.fromkeys([*label, *short]))[:USUAL], "owner", "created_at"]


def _is_long(field: Any) -> bool:
    return field.ui.get("ui:widget") == "textarea" or "x-file" in field.schema


def values_of(record: Record) -> dict[str, Any]:
    """All there is of a record by name, moments as text."""
    system = {name: _stamp(value) for name, value in record.system.items()}
    return {**record.data, **system}


def _stamp(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


def refs_of(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The people and records whose labels these cells need, by target."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        for column in columns:
            for target, id in column.widget.refs(row.get(column.name), column.field):
                wanted.setdefault(target, set()).add(id)
    return wanted


def cell(column: Column, value: Any, reader: Reader, app_url: str = "") -> Cell:
    """A value as it is shown; links lead below `app_url`, files below the reader's own address for them."""
    if value is None:
        return Cell("")
    if "x-file" in column.field.schema and isinstance(value, list):
        parts = tuple(_file(item, reader) for item in value if isinstance(item, dict))
        return Cell(", ".join(part.text for part in parts), parts)
    text = column.widget.display(value, column.field, reader)
    target = (column.field.schema.get("x-ref") or {}).get("form")
    if not target:
        return Cell(text)
    if (target, value) not in reader.labels:
        return Cell(reader.translate("deleted, or not for you to see"))
    return Cell(text, (Part(text, f"{app_url}f/{target}/{value}"),) if app_url else ())


def _file(item: Mapping[str, Any], reader: Reader) -> Part:
    url = f"{reader.files_url}{item.get('id')}"
    name = str(item.get("name") or item.get("id"))
    return Part(name, url, picture=str(item.get("type", "")).startswith("image/"))


@dataclass(frozen=True)
class Row:
    """A record in a table: what its first column says, which leads to it, then its other cells.

    Each is the text, its column's title, and whether it is a number: a template takes tuples apart faster than objects.
    """

    id: str
    url: str
    first: str
    rest: tuple[tuple[str, str, bool], ...]
    incomplete: bool


def rows_of(columns: Sequence[Column], records: Iterable[Record], reader: Reader, url: str) -> Iterator[Row]:
    """A table's rows: where each leads, and its cells in the order of the columns."""
    titles = [said(column.title, reader) for column in columns]
    for record in records:
        values = values_of(record)
        texts = [cell(column, values.get(column.name), reader).text for column in columns]
        cells = zip(texts, titles, (column.is_number for column in columns), strict=True)
        first, *rest = list(cells) or [("", "", False)]
        yield Row(record.id, f"{url}{record.id}", first[0], tuple(rest), record.incomplete)


def said(title: str | Message, reader: Reader) -> str:
    """A column's title in the reader's language."""
    return title.translated(reader.translate) if isinstance(title, Message) else title
