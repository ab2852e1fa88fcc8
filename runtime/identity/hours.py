"""When a tenant works: a calendar/1 document as days and hours that can be asked. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[time, time]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NINE_TO_SIX: Mapping[str, Any] = {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in WEEKDAYS[:5]}
USUAL: Mapping[str, Any] = {"format": "calendar/1", "key": "work", "title": "Working time", "week": NINE_TO_SIX}
"""What holds until somebody sets something else."""

ZONE = "Asia/Shanghai"
"""Where a tenant is that does not say it."""

LOOK_AHEAD = 400
"""So many days are looked through for the next hour of work; a year without any has none."""


@dataclass(frozen=True)
class Hours:
    """Hours by weekday (0 is Monday), days off, and the hours of days that are worked all the same."""

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    off: frozenset[date] = frozenset()
    worked: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The hours of a day, none when nobody works."""
        if day in self.worked:
            return self.worked[day]
        return () if day in self.off else self.week.get(day.weekday(), ())

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return bool(self.spans(day))

    def workdays(self, first: date, last: date) -> int:
        """Working days between two dates, both counted; `first` is not after `last`."""
        weeks, rest = divmod((last - first).days + 1, 7)
        days = [number for number in self.week if self.week[number]]
        count = weeks * len(days) + sum((first.weekday() + step) % 7 in days for step in range(rest))
        exceptions = (day for day in self.off | set(self.worked) if first <= day <= last)
        return count + sum(self.works(day) - (day.weekday() in days) for day in exceptions)

    def is_open(self, moment: datetime) -> bool:
        """Whether people work at a moment."""
        local = moment.astimezone(self.zone)
        return any(start <= local.time() < end for start, end in self.spans(local.date()))

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself while people work, else when they begin again (UTC); None if they never do."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(self.zone)
        starts = (start for start in self._starts(local.date()) if start > local)
        return next((start.astimezone(UTC) for start in starts), None)

    def _starts(self, day: date) -> Iterator[datetime]:
        for step in range(LOOK_AHEAD):
            on = day + timedelta(days=step)
            yield from (datetime.combine(on, start, self.zone) for start, _ in self.spans(on))


@dataclass(frozen=True)
class TenantWeek:
    """The working days that a tenant's settings say, read only when somebody counts with them."""

    settings: Mapping[str, Any]
    timezone: str

    @cached_property
    def hours(self) -> Hours:
        """Days and hours."""
        return hours_of(self.settings.get("calendar") or USUAL, self.timezone)

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return self.hours.works(day)

    def workdays(self, first: date, last: date) -> int:
        """Working days between two dates, both counted."""
        return self.hours.workdays(first, last)


def hours_of(calendar: Mapping[str, Any], timezone: str) -> Hours:
    """What a calendar/1 document says; its own zone counts before `timezone`."""
    week = {WEEKDAYS.index(day): _spans(spans) for day, spans in calendar["week"].items()}
    usual = next((spans for spans in week.values() if spans), ((time(9), time(18)),))
    worked = {
        date.fromisoformat(one["date"]): _spans(one["hours"]) if one.get("hours") else usual
        for one in calendar.get("workdays", ())
    }
    off = frozenset(day for one in calendar.get("holidays", ()) for day in _days(one["from"], one["to"]))
    return Hours(ZoneInfo(str(calendar.get("timezone") or timezone)), week, off, worked)


def _spans(spans: Any) -> tuple[Span, ...]:
    return tuple((time.fromisoformat(start), _end(end)) for start, end in spans)


def _end(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


def _days(first: str, last: str) -> Iterator[date]:
    start = date.fromisoformat(first)
    for step in range((date.fromisoformat(last) - start).days + 1):
        yield start + timedelta(days=step)


@dataclass(frozen=True)
class Home:
    """Where the tenant is, and what is spoken there."""

    timezone: str
    lang: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def week(self) -> TenantWeek:
        """The days on which it works."""
        return TenantWeek(self.settings, self.timezone)
