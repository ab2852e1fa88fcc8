"""The contract of a widget: one field type, asked, read and shown; found by scanning this folder."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import widgets

FOLDER = Path(__file__).parent
PERSON = "@person"
"""The target of a reference to a person; other targets are form keys."""

Json = Any
Ref = tuple[str, str]
"""A reference: its target (PERSON or a form's key) and the id."""


def plain_text(part: Mapping[str, Any], key: str) -> str:
    """The text of a document part as it was written."""
    return str(part.get(key) or "")


@dataclass(frozen=True)
class Reader:
    """For whom values are read and shown: language, zone, and the labels of what they refer to."""

    lang: str = "en"
    timezone: str = "UTC"
    labels: Mapping[Ref, str] = field(default_factory=dict)
    files_url: str = ""
    text: Callable[[Mapping[str, Any], str], str] = plain_text
    translate: Callable[[str], str] = str

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return zone(self.timezone)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)


@dataclass(frozen=True)
class Field:
    """One field of a form: its name, its part of the schema, its part of the ui document."""

    name: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any] = field(default_factory=dict)


class Widget:
    """One field type. The template beside the module draws its control.

    A template is rendered once per release and language; what differs from answer to answer is
    marked there by `slot("NAME")` and given by `fill`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """What the palette calls it (an English msgid)."""
    icon: ClassVar[str] = "letter-t"
    rank: ClassVar[int] = 0
    """Who is asked first when a field's type is found; higher goes first."""
    slot: ClassVar[Literal["text", "number", "moment", "ref", "none"]] = "none"
    """In which kind of indexed column a record keeps it."""
    align: ClassVar[Literal["start", "end"]] = "start"
    options: ClassVar[Mapping[str, Any]] = {}
    """JSON Schema properties of its panel."""

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        """Whether a field with this schema is of this type."""
        raise NotImplementedError

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema that makes a field be of this type, with the options `schema` has; `{}` for a new one."""
        raise NotImplementedError

    def grouped(self, field: Field) -> bool:
        """Whether it is several controls under one legend, not one control with a label."""
        return False

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        """The JSON value of what a page sent; None for nothing. What cannot be read stays as it was typed."""
        raise NotImplementedError

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        """The value as plain text, for cells, mails and texts; "" for None."""
        return "" if value is None else str(value)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        """What goes into the template's slots; text is escaped, Markup is not."""
        return {"value": "" if value is None else str(value)}

    def refs(self, value: Json, field: Field) -> Iterable[Ref]:
        """What the value refers to, so that a page can fetch all labels at once."""
        return ()


@cache
def registry() -> Mapping[str, Widget]:
    """All widgets by name: each module of this folder that has a `widget`."""
    modules = (importlib.import_module(f"widgets.{found.name}") for found in pkgutil.iter_modules(widgets.__path__))
    found = [module.widget for module in modules if hasattr(module, "widget")]
    return {widget.name: widget for widget in found}


@cache
def _by_rank() -> tuple[Widget, ...]:
    return tuple(sorted(registry().values(), key=lambda widget: -widget.rank))


def widget_of(schema: Mapping[str, Any], ui: Mapping[str, Any] | None = None) -> Widget:
    """The widget of a field: the one its ui names if it fits, else the first that claims it; at last text."""
    ui = ui or {}
    named = registry().get(ui.get("ui:widget", ""))
    if named and named.claims(schema, ui):
        return named
    return next((widget for widget in _by_rank() if widget.claims(schema, ui)), registry()["text"])


def display(value: Json, field: Field, reader: Reader) -> str:
    """A value as its widget shows it."""
    return widget_of(field.schema, field.ui).display(value, field, reader)


def input_name(name: str) -> str:
    """The name of a field's control on a page; the prefix keeps field names apart from the page's own."""
    return f"f.{name}"


def given(raw: Sequence[str]) -> str:
    """The last non-blank thing a page sent under one name, trimmed; "" for nothing."""
    return next((text.strip() for text in reversed(raw) if text.strip()), "")


def described(schema: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of the named keywords that the schema has, and what every field may have."""
    shared = ("title", "description", "default", "x-texts", "x-default", "x-check", "x-unique", "x-keep-hidden")
    return {name: schema[name] for name in (*shared, *names) if name in schema}
