"""A calendar day, in no time zone."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from widgets.base import Field, Json, Reader, Widget, described, given

TYPED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_day(text: str) -> str:
    """A day as YYYY-MM-DD, or the text itself when it is none."""
    typed = TYPED.fullmatch(text)
    if not typed:
        return text
    try:
        return date(int(typed[1]), int(typed[2]), int(typed[3])).isoformat()
    except ValueError:
        return text


def show_day(day: date, lang: str) -> str:
    """A day in the manner of the language."""
    return day.isoformat() if lang.startswith("zh") else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Date(Widget):
    """A day, picked or typed."""

    name = "date"
    title = "Date"
    icon = "calendar"
    rank = 20
    slot = "moment"

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and schema.get("format") == "date"

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date", **described(schema, ())}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return read_day(given(raw)) or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        try:
            return show_day(date.fromisoformat(value), reader.lang)
        except (ValueError, TypeError):
            return "" if value is None else str(value)


widget = Date()
