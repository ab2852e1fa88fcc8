"""Moments that come again and again: by the clock on the wall (cron), or every so often. Pure.

On the wall clock a day may have 23 or 25 hours: what is due at an hour that does not exist is due when the clock has
jumped, and an hour that comes twice is used once, as Debian's cron does it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

Missed = Literal["latest", "all", "none"]

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
GRACE = timedelta(minutes=5)
"""What is late by no more than this was not missed."""

KEPT = timedelta(days=31)
"""Moments that were missed longer ago are never made up for."""

AT_ONCE = 100
FIRST = datetime(2026, 1, 1)
"""From where "every two hours" is counted when nothing else is said."""

_EVERY = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?", re.ASCII)


class BadPlan(ValueError):
    """It says no moments."""


@dataclass(frozen=True)
class Plan:
    """`cron` has five fields; or `every` is a length of time counted from `start`, whole days by the wall clock."""

    zone: ZoneInfo
    cron: str | None = None
    every: timedelta = timedelta(0)
    start: datetime = FIRST

    def latest(self, until: datetime) -> datetime | None:
        """The last moment that is not later than `until`, in UTC; None where there was none."""
        if self.cron:
            back = CronSim(self.cron, (until + timedelta(seconds=1)).astimezone(self.zone), reverse=True)
            return _utc(next(back, None))
        count = self._count(until)
        return None if count < 0 else self._nth(count)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The moments later than `moment`, in UTC, the next one first."""
        if self.cron:
            yield from (found.astimezone(UTC) for found in CronSim(self.cron, moment.astimezone(self.zone)))
            return
        count = max(self._count(moment) + 1, 0)
        while True:
            yield self._nth(count)
            count += 1

    def _count(self, moment: datetime) -> int:
        """How many whole lengths of time lie between the start and a moment; -1 before the start."""
        if self._by_days:
            count = (moment.astimezone(self.zone).replace(tzinfo=None) - self.start) // self.every
            return int(count) - (1 if self._nth(int(count)) > moment else 0)
        return int((moment - self.start.replace(tzinfo=self.zone).astimezone(UTC)) // self.every)

    def _nth(self, count: int) -> datetime:
        if self._by_days:
            return (self.start + count * self.every).replace(tzinfo=self.zone).astimezone(UTC)
        return self.start.replace(tzinfo=self.zone).astimezone(UTC) + count * self.every

    @property
    def _by_days(self) -> bool:
        return not self.every.seconds


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def plan_of(written: Mapping[str, Any], timezone: str) -> Plan:
    """The plan of `{"cron"}` or `{"every", "start"}` in a time zone; raises BadPlan."""
    return _plan_of(written.get("cron"), written.get("every"), written.get("start"), timezone)


@lru_cache(maxsize=512)
def _plan_of(cron: Any, every: Any, start: Any, timezone: str) -> Plan:
    try:
        zone = ZoneInfo(timezone)
        if cron is not None:
            return Plan(zone, _cron(cron))
        begin = datetime.fromisoformat(start).replace(second=0, microsecond=0) if start else FIRST
        begin = begin.astimezone(zone).replace(tzinfo=None) if begin.tzinfo else begin
        return Plan(zone, None, _length(every), begin)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, CronSimError) as error:
        raise BadPlan(str(error)) from None


def _cron(text: Any) -> str:
    if not isinstance(text, str) or len(text) > 200 or len(text.split()) != 5:
        raise BadPlan(str(text))
    next(CronSim(text, FIRST.replace(tzinfo=UTC)), None)
    return text


def _length(text: str) -> timedelta:
    found = _EVERY.fullmatch(text)
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if not SHORTEST <= length <= LONGEST:
        raise BadPlan(text)
    return length


def due_moments(plan: Plan, since: datetime, now: datetime, missed: Missed) -> list[datetime]:
    """The moments from `since` up to now that count, the oldest first; with "all" at most AT_ONCE of them."""
    if missed == "all":
        from_then = plan.after(max(since, now - KEPT) - timedelta(seconds=1))
        return list(islice(takewhile(lambda moment: moment <= now, from_then), AT_ONCE))
    latest = plan.latest(now)
    if latest is None or latest < since or (missed == "none" and now - latest > GRACE):
        return []
    return [latest]


def next_moments(plan: Plan, after: datetime, count: int = 1) -> list[datetime]:
    """The next moments, in UTC; fewer where there are no more."""
    return list(islice(plan.after(after), count))
