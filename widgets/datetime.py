"""A point in time: typed and shown in the reader's zone, kept in UTC."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from widgets.base import Field, Json, Reader, Widget, described, given
from widgets.date import show_day


def stored(moment: datetime) -> str:
    """An aware moment as it is kept: UTC with Z, to the second."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def local(value: Json, reader: Reader) -> datetime | None:
    """The stored moment on the reader's clock; None for what is no moment."""
    try:
        return datetime.fromisoformat(value).astimezone(reader.zone)
    except (ValueError, TypeError):
        return None


def show_moment(moment: datetime, lang: str) -> str:
    """A moment of a clock in the manner of the language, to the minute."""
    gap = " " if lang.startswith("zh") else ", "
    return f"{show_day(moment.date(), lang)}{gap}{moment:%H:%M}"


class DateTime(Widget):
    """A day and a time of day."""

    name = "datetime"
    title = "Date and time"
    icon = "clock"
    rank = 20
    slot = "moment"

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and schema.get("format") == "date-time"

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", **described(schema, ())}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        text = given(raw)
        try:
            typed = datetime.fromisoformat(text)
            return stored(typed if typed.tzinfo else typed.replace(tzinfo=reader.zone))
        except (ValueError, OverflowError):
            return text or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        moment = local(value, reader)
        if moment is None:
            return "" if value is None else str(value)
        return show_moment(moment, reader.lang)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        moment = local(value, reader)
        if moment is None:
            return {"value": "" if value is None else str(value)}
        return {"value": moment.strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")}


widget = DateTime()
