"""Days counted from today, as filters and sample records write them: `{"days": -3}`, `{"months": 1}`."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

UNITS = frozenset({"days", "weeks", "months", "years"})
AT = "at"
"""The clock beside a day, where a moment is meant: `{"days": -1, "at": "14:30"}`."""


def is_relative(value: Any) -> bool:
    """Whether a value counts from today."""
    return isinstance(value, Mapping) and len(UNITS & value.keys()) == 1 and value.keys() <= UNITS | {AT}


def day_from(value: Mapping[str, Any], today: date) -> date:
    """The day so many days, weeks, months or years from today; raises ValueError, OverflowError."""
    unit, count = next(((unit, count) for unit, count in value.items() if unit in UNITS), ("", 0))
    if not unit or isinstance(count, bool) or not isinstance(count, int):
        raise ValueError(f"{value!r} is no day")
    if unit in ("days", "weeks"):
        return today + timedelta(days=count * (7 if unit == "weeks" else 1))
    return _months_later(today, count * (12 if unit == "years" else 1))


def moment_from(value: Mapping[str, Any], today: date, zone: tzinfo) -> str:
    """The moment as a record keeps it: UTC with Z; midnight where no clock is given; raises ValueError."""
    clock = time.fromisoformat(str(value.get(AT) or "00:00"))
    moment = datetime.combine(day_from(value, today), clock, zone)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _months_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
