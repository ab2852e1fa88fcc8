"""The formats a value can be held to, and the one way each kind of value is written down."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from urllib.parse import urlsplit

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"(),:;\\]{1,64}@[^@\s\x00-\x1f<>\"(),:;\\.]+(\.[^@\s\x00-\x1f<>\"(),:;\\.]+)+")
_WIDE = Context(prec=200)
_SCHEMES = ("http", "https", "mailto", "tel", "ftp")  # never javascript: or data:, which a page would run


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar, written 2026-01-31."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment(text: str) -> datetime | None:
    """The moment in UTC an RFC 3339 text names; None when it names none, or has no zone."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_moment(text: str) -> bool:
    """Whether it is a date and time with its zone (RFC 3339)."""
    return moment(text) is not None


def is_email(text: str) -> bool:
    """Whether it has the form of an address; whether anybody reads it only a mail can tell."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether it is an address that a page may link to."""
    if any(letter.isspace() or letter < " " for letter in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.netloc or (parts.scheme in ("mailto", "tel") and parts.path))


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": is_date,
    "date-time": is_moment,
    "email": is_email,
    "uri": is_uri,
}


# --- one way of writing ------------------------------------------------------------------------

Normalize = Callable[[Any], Any]


def normalizer(schema: Mapping[str, Any]) -> Normalize | None:
    """What turns a right value of this field into the way it is kept; leaves a wrong one alone. None: nothing to do."""
    if schema.get("format") == "date-time":
        return _moment_with_z
    scale = schema.get("x-scale", 2 if "x-currency" in schema else None)
    if isinstance(scale, int) and 0 <= scale <= 20:
        unit = Decimal(1).scaleb(-scale)
        return lambda value: rounded(value, unit)
    return _whole if schema.get("type") == "integer" else None


def rounded(value: Any, unit: Decimal) -> Any:
    """The number rounded half up to a unit such as 0.01; untouched when it needs no rounding."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal) or not value.is_finite() or value.adjusted() > 100:
        return value
    result = value.quantize(unit, rounding=ROUND_HALF_UP, context=_WIDE)
    if result == value:
        return value
    return abs(result) if result.is_zero() else result  # never -0.00


def _moment_with_z(value: Any) -> Any:
    at = moment(value) if isinstance(value, str) else None
    return value if at is None else at.isoformat().replace("+00:00", "Z")


def _whole(value: Any) -> Any:
    whole = (
        isinstance(value, Decimal)
        and value.is_finite()
        and value.adjusted() <= 100
        and value == value.to_integral_value()
    )
    return int(value) if whole else value
