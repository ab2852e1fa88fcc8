"""A number, typed as people type it: thousands marks and full-width digits are understood."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, given

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def read_number(text: str) -> Json:
    """An int or Decimal, or the text itself when it is not a number."""
    typed = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    if len(typed) > 60:
        return text
    if GROUPED.fullmatch(typed):
        typed = typed.replace(",", "")
    if not PLAIN.fullmatch(typed):
        return text
    return Decimal(typed) if "." in typed else int(typed)


def is_number(value: Json) -> bool:
    """Whether a value is a JSON number."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def plain(value: Json) -> str:
    """A number in digits, never with an exponent; other things as text."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class Number(Widget):
    """An integer or a decimal number."""

    name = "number"
    title = "Number"
    icon = "number"
    slot = "number"
    align = "end"
    options: ClassVar[Mapping[str, Any]] = {
        "type": {"type": "string", "enum": ["number", "integer"], "title": "Kind of number"},
        "minimum": {"type": "number", "title": "Smallest value"},
        "maximum": {"type": "number", "title": "Largest value"},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0, "title": "In steps of"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") in ("number", "integer")

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "number", **described(schema, (*self.options, "x-scale"))}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        text = given(raw)
        return read_number(text) if text else None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        return f"{value:,}" if is_number(value) else plain(value)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": plain(value)}


widget = Number()
