"""Functions over texts."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from runtime.expressions.errors import EvaluationError
from runtime.expressions.functions.numbers import rounded, whole
from runtime.expressions.functions.table import LIST, NUMBER, SCALAR, TEXT, Run, define, local
from runtime.expressions.values import MAX_TEXT, items, microseconds, same, weight
from runtime.i18n import message

_FORMATS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "MI": "%M", "SS": "%S"}


def _long(length: int) -> None:
    if length > MAX_TEXT:
        raise EvaluationError(message("This text becomes too long."))


def text_of(value: Any, run: Run) -> str:
    """A value as text: numbers without exponent, dates as 2025-03-01, null as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return local(value, run).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, timedelta):
        return iso_duration(value)
    return str(value)


def iso_duration(duration: timedelta) -> str:
    """A duration as ISO 8601 writes it, in days and seconds: P1DT30S, -PT0.5S."""
    total = microseconds(abs(duration)) / 1_000_000
    days, seconds = divmod(total, 86_400)
    rest = format(seconds.normalize() if seconds else Decimal(0), "f")
    body = (f"{days:f}D" if days else "") + (f"T{rest}S" if seconds or not days else "")
    return ("-P" if duration < timedelta(0) else "P") + body


@define("LEN(text or list)", TEXT | LIST, gives_kind="number")
def len_(run: Run, value: Any) -> Decimal:
    """Characters of a text, items of a list."""
    return Decimal(len(value))


@define("CONCAT(value, …)", SCALAR, gives_kind="text", many=True, sees_null=True)
def concat(run: Run, *values: Any) -> str:
    """All values as one text; null adds nothing."""
    parts = [text_of(value, run) for value in values]
    _long(sum(map(len, parts)))
    return "".join(parts)


@define("JOIN(list, between)", LIST, TEXT, gives_kind="text", optional=1)
def join(run: Run, values: list[Any], between: str = ", ") -> str:
    """The items of a list as one text; nulls are left out."""
    run.spend(len(values))
    parts, length = [], 0
    for value in items(values):
        if isinstance(value, list | dict):
            raise EvaluationError(message("Only single values can be joined."))
        if value is not None:
            parts.append(text_of(value, run))
            length += len(parts[-1]) + len(between)
            _long(length - len(between))
    return between.join(parts)


@define("CONTAINS(text or list, value)", TEXT | LIST, SCALAR, gives_kind="boolean")
def contains(run: Run, container: Any, value: Any) -> bool:
    """Whether a text holds a text, or a list holds a value."""
    if isinstance(container, str):
        if not isinstance(value, str):
            raise EvaluationError(message("A text can contain a text only."))
        return value in container
    run.spend(len(container) * weight(value))
    return any(same(item, value) for item in container)


@define("STARTS(text, beginning)", TEXT, TEXT, gives_kind="boolean")
def starts(run: Run, text: str, beginning: str) -> bool:
    """Whether a text begins with another."""
    return text.startswith(beginning)


@define("LEFT(text, count)", TEXT, NUMBER, gives_kind="text", optional=1)
def left(run: Run, text: str, count: Decimal = Decimal(1)) -> str:
    """The first characters."""
    return text[: max(whole(count), 0)]


@define("RIGHT(text, count)", TEXT, NUMBER, gives_kind="text", optional=1)
def right(run: Run, text: str, count: Decimal = Decimal(1)) -> str:
    """The last characters."""
    return text[max(len(text) - max(whole(count), 0), 0) :]


@define("MID(text, start, count)", TEXT, NUMBER, NUMBER, gives_kind="text")
def mid(run: Run, text: str, start: Decimal, count: Decimal) -> str:
    """So many characters from a place on; the first character is at 1."""
    begin = max(whole(start) - 1, 0)
    return text[begin : begin + max(whole(count), 0)]


@define("UPPER(text)", TEXT, gives_kind="text")
def upper(run: Run, text: str) -> str:
    """In capitals."""
    return text.upper()[:MAX_TEXT]


@define("LOWER(text)", TEXT, gives_kind="text")
def lower(run: Run, text: str) -> str:
    """In small letters."""
    return text.lower()[:MAX_TEXT]


@define("TRIM(text)", TEXT, gives_kind="text")
def trim(run: Run, text: str) -> str:
    """Without space at both ends, and with single spaces inside."""
    return " ".join(text.split())


@define("REPLACE(text, old, new)", TEXT, TEXT, TEXT, gives_kind="text")
def replace(run: Run, text: str, old: str, new: str) -> str:
    """Every occurrence replaced."""
    if not old:
        return text
    _long(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


@define("TEXT(value, format)", SCALAR, TEXT, gives_kind="text", optional=1)
def text_(run: Run, value: Any, shape: str | None = None) -> str:
    """As text; the format is "0.00", "#,##0.00" or "0%" for numbers, parts of "YYYY-MM-DD HH:MI:SS" for dates."""
    if shape is None:
        return text_of(value, run)
    if isinstance(value, Decimal):
        return _number_shaped(value, shape)
    if not isinstance(value, date):
        raise EvaluationError(message("Only numbers and dates have a format."))
    return _date_shaped(local(value, run) if isinstance(value, datetime) else value, shape)


def _number_shaped(value: Decimal, shape: str) -> str:
    grouped, percent = shape.startswith("#,##"), shape.endswith("%")
    digits = shape.removeprefix("#,##").removesuffix("%")
    if digits not in ("0", "0." + "0" * (len(digits) - 2)) or len(digits) > 12:
        raise EvaluationError(message("This number format is not known."))
    shown = value * 100 if percent else value
    result = rounded(shown, Decimal(max(len(digits) - 2, 0)), ROUND_HALF_UP)
    return format(result, ",f" if grouped else "f") + ("%" if percent else "")


def _date_shaped(value: date, shape: str) -> str:
    for part, code in _FORMATS.items():
        shape = shape.replace(part, value.strftime(code))
        _long(len(shape))
    return shape


FUNCTIONS = (len_, concat, join, contains, starts, left, right, mid, upper, lower, trim, replace, text_)
