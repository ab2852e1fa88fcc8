"""A month as weeks of days, with what lies on them in lanes; and the days of a record moved as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LANES = 4
"""Entries that one day of the month shows; the rest is in the list."""

LONGEST = timedelta(days=3_650)
"""A record that says it lasts longer is drawn as if it ended then."""


@dataclass(frozen=True)
class Entry:
    """A record on the calendar, from its first day to its last; `time` is when it begins, "" for the whole day."""

    id: str
    rev: int
    title: str
    url: str
    first: date
    last: date
    time: str = ""
    facts: tuple[tuple[Any, str, bool], ...] = ()


@dataclass(frozen=True)
class Piece:
    """The part of an entry that lies in one week: from which day (1 to 7), over how many, in which lane (1 …)."""

    entry: Entry
    day: int
    width: int
    lane: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Day:
    """One day of the grid; `more` are its entries that found no lane."""

    date: date
    inside: bool
    today: bool
    count: int
    more: int


@dataclass(frozen=True)
class Week:
    """Seven days and what lies on them."""

    days: tuple[Day, ...]
    pieces: tuple[Piece, ...]


def month_in(text: str | None, today: date) -> date:
    """The first day of the month an address names as "2026-11"; this month for what is none."""
    try:
        return datetime.strptime(text or "", "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return today.replace(day=1)


def next_month(first: date, step: int = 1) -> date:
    """The first day of the month so many later; the edges of the calendar stay where they are."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1) if 1 <= year <= 9998 else first


def grid(first: date) -> list[date]:
    """The days of the weeks that a month touches, from a Monday to a Sunday."""
    start = first - timedelta(days=first.weekday()) if first > date(1, 1, 7) else first
    end = next_month(first) - timedelta(days=1)
    return [start + timedelta(days=number) for number in range((end - start).days + 7 - end.weekday())]


def weeks(first: date, today: date, entries: Sequence[Entry]) -> list[Week]:
    """The month with its entries laid into lanes: what begins first and lasts longest lies on top."""
    days = grid(first)
    ordered = sorted(entries, key=lambda one: (one.first, one.first - one.last, one.time, one.title))
    return [_week(days[at : at + 7], first, today, ordered) for at in range(0, len(days), 7)]


def _week(days: Sequence[date], first: date, today: date, entries: Iterable[Entry]) -> Week:
    taken: dict[tuple[int, int], bool] = {}
    pieces: list[Piece] = []
    counts, more = [0] * 7, [0] * 7
    for entry in entries:
        if entry.last < days[0] or entry.first > days[-1]:
            continue
        start, end = max(entry.first, days[0]).weekday(), min(entry.last, days[-1]).weekday()
        lane = next(lane for lane in range(1, 10_000) if not any((day, lane) in taken for day in range(start, end + 1)))
        for day in range(start, end + 1):
            taken[day, lane] = True
            counts[day] += 1
            more[day] += lane > LANES
        if lane <= LANES:
            begins, ends = entry.first >= days[0], entry.last <= days[-1]
            pieces.append(Piece(entry, start + 1, end - start + 1, lane, begins, ends))
    made = (Day(day, day.month == first.month, day == today, counts[at], more[at]) for at, day in enumerate(days))
    return Week(tuple(made), tuple(pieces))


def agenda(first: date, entries: Iterable[Entry]) -> dict[date, list[Entry]]:
    """What lies on each day of the month, days without anything left out."""
    last = next_month(first) - timedelta(days=1)
    found: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: (one.first, one.time, one.title)):
        day = max(entry.first, first)
        while day <= min(entry.last, last):
            found.setdefault(day, []).append(entry)
            day += timedelta(days=1)
    return dict(sorted(found.items()))


# --- days of values -----------------------------------------------------------------------------------


def local(value: Any, zone: ZoneInfo) -> tuple[date, str] | None:
    """The day of a date or moment where its reader is, and the time of day ("" for a date); None for no such value."""
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value), ""
        moment = datetime.fromisoformat(value).astimezone(zone)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.date(), f"{moment:%H:%M}"


def within(start: str, end: str | None, first: date, last: date) -> dict[str, Any]:
    """The filter of the records that lie on some day from `first` to `last`."""
    low, high = first.isoformat(), last.isoformat()
    begun = {"field": start, "op": "lte", "value": high}
    late = {"field": start, "op": "gte", "value": low}
    if not end:
        return {"and": [late, begun]}
    short = {"and": [{"field": end, "op": "empty"}, late]}
    return {"and": [begun, {"or": [{"field": end, "op": "gte", "value": low}, late, short]}]}


def moved(values: Mapping[str, Any], names: Sequence[str], day: date, zone: ZoneInfo) -> dict[str, Any]:
    """The values that put a record's first date on `day`, the others as far from it and as late as before."""
    first = local(values.get(names[0]), zone)
    if first is None:
        return {}
    step = day - first[0]
    found = ((name, _later(values.get(name), step, zone)) for name in names)
    return {name: value for name, value in found if value is not None}


def _later(value: Any, step: timedelta, zone: ZoneInfo) -> str | None:
    known = local(value, zone)
    if known is None:
        return None
    if not known[1]:
        return (known[0] + step).isoformat()
    there = datetime.fromisoformat(value).astimezone(zone).replace(tzinfo=None) + step
    return there.replace(tzinfo=zone).astimezone(UTC).isoformat().replace("+00:00", "Z")
