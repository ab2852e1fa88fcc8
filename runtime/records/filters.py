"""Which records are meant: filter JSON read against the form and the reader.

Every identifier that goes on to SQL comes out of the form's own fields here; anything else is a BadRequest.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from runtime.contracts import BadRequest, as_id
from runtime.documents.fields import SYSTEM_FIELDS
from runtime.i18n import message
from runtime.records.slots import as_moment

MAX_TESTS = 100
MAX_DEPTH = 16
MAX_CHOICES = 1_000
MAX_TEXT = 10_000

Kind = Literal["text", "number", "yes_no", "date", "datetime", "ref", "many", "files", "department"]
_ORDERED = {"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "between", "empty", "nempty"}
_NAMED = {"eq", "ne", "in", "nin", "empty", "nempty"}
OPS: Mapping[Kind, Collection[str]] = {
    "text": _ORDERED | {"contains", "like", "starts"},
    "number": _ORDERED,
    "date": _ORDERED,
    "datetime": _ORDERED,
    "yes_no": _NAMED,
    "ref": _NAMED,
    "department": _NAMED | {"under"},
    "many": {"contains", "in", "nin", "empty", "nempty"},
    "files": {"empty", "nempty"},
}
"""What may be asked of each kind of field."""


@dataclass(frozen=True)
class Test:
    """One field compared with a typed value; false where the field is empty, except for `empty` itself."""

    field: str
    op: Literal["eq", "gt", "gte", "lt", "lte", "in", "contains", "like", "starts", "empty", "under"]
    value: Any = None


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Filter"


Filter = Test | All | AnyOf | Not


@dataclass(frozen=True)
class Reader:
    """Who asks, and when: what relative dates and "me" are measured by."""

    now: datetime
    timezone: str = "UTC"
    member_id: str | None = None

    def midnight(self, day: date) -> datetime:
        """The reader's midnight at which a day begins, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.timezone)).astimezone(UTC)

    def today(self) -> date:
        """The reader's day."""
        return self.now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True)
class Columns:
    """The fields of a form that may be asked about, by kind; `usable` are those the reader may see on every row."""

    schemas: Mapping[str, Mapping[str, Any]]
    usable: Collection[str]
    kinds: Mapping[str, Kind] = field(init=False)

    def __post_init__(self) -> None:
        kinds = {name: kind_of(schema) for name, schema in {**self.schemas, **SYSTEM_FIELDS}.items()}
        object.__setattr__(self, "kinds", kinds | {"id": "ref", "department": "department"})

    def kind(self, name: Any) -> Kind:
        """The kind of a field by name; a field that is hidden is refused as one that does not exist."""
        if not isinstance(name, str) or name not in self.kinds or not (name in self.usable or name in SYSTEM_FIELDS):
            raise BadRequest(message("There is no field “%(name)s” to ask about.", name=str(name)[:128]))
        return self.kinds[name]


def kind_of(schema: Mapping[str, Any]) -> Kind:
    """What a field's values are."""
    if schema.get("type") == "array":
        return "files" if "x-file" in schema else "many"
    if "x-ref" in schema:
        return "ref"
    if schema.get("type") == "boolean":
        return "yes_no"
    if schema.get("type") in ("number", "integer"):
        return "number"
    formats: dict[Any, Kind] = {"date": "date", "date-time": "datetime"}
    return formats.get(schema.get("format"), "text")


def filter_of(json: Any, columns: Columns, reader: Reader) -> Filter:
    """The filter that plain JSON says, typed; raises BadRequest."""
    return _Reading(columns, reader).node(json, 0)


class _Reading:
    """One filter being read; counts what it has seen."""

    def __init__(self, columns: Columns, reader: Reader) -> None:
        self.columns = columns
        self.reader = reader
        self.seen = 0

    def node(self, json: Any, depth: int) -> Filter:
        self.seen += 1
        if self.seen > MAX_TESTS or depth > MAX_DEPTH:
            raise BadRequest(message("This filter is too large."))
        if not isinstance(json, Mapping):
            raise BadRequest(message("This is not a filter."))
        for word, build in (("and", All), ("or", AnyOf)):
            if word in json:
                return build(tuple(self.node(part, depth + 1) for part in self._parts(json, word)))
        if "not" in json:
            return Not(self.node(json["not"], depth + 1))
        return self.test(json)

    def _parts(self, json: Mapping[str, Any], word: str) -> list[Any]:
        if len(json) != 1 or not isinstance(json[word], list):
            raise BadRequest(message("This is not a filter."))
        return list(json[word])

    def test(self, json: Mapping[str, Any]) -> Filter:
        name, op = json.get("field"), json.get("op")
        kind = self.columns.kind(name)
        if not isinstance(op, str) or op not in OPS[kind]:
            raise BadRequest(message("“%(op)s” cannot be asked of “%(name)s”.", op=str(op)[:40], name=name))
        positive = {"ne": "eq", "nin": "in", "nempty": "empty"}.get(op)
        found = self.positive(str(name), kind, positive or op, json.get("value"))
        return Not(found) if positive else found

    def positive(self, name: str, kind: Kind, op: str, value: Any) -> Filter:
        match op:
            case "empty":
                return Test(name, "empty")
            case "in":
                choices = self._list(name, value, MAX_CHOICES)
                if kind == "datetime":
                    return AnyOf(tuple(self._moment(name, "eq", choice) for choice in choices))
                return Test(name, "in", tuple(self.value(name, kind, choice) for choice in choices))
            case "between":
                low, high = self._list(name, value, 2, 2)
                return All((self.positive(name, kind, "gte", low), self.positive(name, kind, "lte", high)))
            case _ if kind == "datetime":
                return self._moment(name, op, value)
            case _:
                return Test(name, op, self.value(name, kind, value))  # type: ignore[arg-type]

    def _list(self, name: str, value: Any, most: int, least: int = 0) -> list[Any]:
        if not isinstance(value, list | tuple) or not least <= len(value) <= most:
            raise _wrong(name)
        return list(value)

    def value(self, name: str, kind: Kind, value: Any) -> Any:
        """A value as its kind is compared; raises BadRequest."""
        known = _VALUES[kind](value, self.reader)
        if known is None:
            raise _wrong(name)
        return known

    def _moment(self, name: str, op: str, value: Any) -> Filter:
        """A day, compared with a moment, is the whole day in the reader's zone."""
        day = _day(value, self.reader)
        if day is None:
            moment = as_moment(value) if isinstance(value, str) and len(value) > 10 else None
            if moment is None:
                raise _wrong(name)
            return Test(name, op, moment)  # type: ignore[arg-type]
        try:
            start, end = self.reader.midnight(day), self.reader.midnight(day + timedelta(days=1))
        except OverflowError:
            raise _wrong(name) from None
        match op:
            case "eq":
                return All((Test(name, "gte", start), Test(name, "lt", end)))
            case "gt" | "lte":
                return Test(name, "gte" if op == "gt" else "lt", end)
            case _:
                return Test(name, "gte" if op == "gte" else "lt", start)


def _wrong(name: str) -> BadRequest:
    return BadRequest(message("This value does not fit “%(name)s”.", name=name))


def _text(value: Any, reader: Reader) -> str | None:
    return value if isinstance(value, str) and len(value) <= MAX_TEXT and "\x00" not in value else None


def _number(value: Any, reader: Reader) -> int | Decimal | None:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _yes_no(value: Any, reader: Reader) -> bool | None:
    return value if isinstance(value, bool) else None


def _ref(value: Any, reader: Reader) -> str | None:
    if value == {"me": True}:
        return reader.member_id or ""
    return as_id(value) or _text(value, reader)


def _day(value: Any, reader: Reader) -> date | None:
    """A date text, or `{"days": -30}` counted from the reader's today; also weeks, months, years."""
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
        if isinstance(value, Mapping) and len(value) == 1:
            unit, count = next(iter(value.items()))
            return _moved(reader.today(), unit, count) if type(count) is int and abs(count) <= 100_000 else None
    except (ValueError, OverflowError):
        pass
    return None


def _moved(day: date, unit: str, count: int) -> date | None:
    if unit in ("days", "weeks"):
        return day + timedelta(days=count * (7 if unit == "weeks" else 1))
    if unit not in ("months", "years"):
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1), 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _date(value: Any, reader: Reader) -> datetime | None:
    day = _day(value, reader)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


_VALUES: Mapping[Kind, Callable[[Any, Reader], Any]] = {
    "text": _text,
    "number": _number,
    "yes_no": _yes_no,
    "date": _date,
    "ref": _ref,
    "many": _text,
    "department": _text,
}
