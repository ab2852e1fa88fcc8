"""When something is due: durations, moments, and how long to leave before trying again. Pure."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BACKOFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""What is left between the tries of a call that failed for a passing reason; then it is an incident."""

LONGEST = timedelta(days=3_660)

_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)


def after(moment: datetime, duration: str) -> datetime:
    """The moment an ISO 8601 duration ("PT2H", "P1DT30M", "P2W", "P1M") later; raises ValueError.

    A month later is the same day of the next month, or its last day where there is no such day.
    """
    found = _DURATION.fullmatch(duration.strip())
    parts = {name: int(number) for name, number in found.groupdict().items() if number} if found else {}
    if not parts:
        raise ValueError(duration)
    months = parts.pop("years", 0) * 12 + parts.pop("months", 0)
    due = _months_later(moment, months) + timedelta(**parts)
    if due - moment > LONGEST:
        raise ValueError(duration)
    return due


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if year > 9000:
        raise ValueError(months)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def moment_of(value: str, timezone: str) -> datetime:
    """The moment (UTC) of a JSON date-time, or of a date's midnight in `timezone`; raises ValueError."""
    if len(value) == 10:
        return datetime.combine(date.fromisoformat(value), time(), ZoneInfo(timezone)).astimezone(UTC)
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def retry_at(now: datetime, tries: int) -> datetime | None:
    """When to try again after `tries` earlier tries have failed; None: no more."""
    return now + BACKOFF[tries] if tries < len(BACKOFF) else None
