"""When somebody wants to be told: at once, bundled once an hour or a day, and never in the quiet hours. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from runtime.contracts import Problem
from runtime.i18n import message

BUNDLES = ("now", "hourly", "daily")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Work(Protocol):
    """The hours of the tenant."""

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself while people work, else when they begin again."""


@dataclass(frozen=True)
class Habit:
    """`at` is when the daily bundle comes; the quiet hours may go over midnight; `work` keeps to the working time."""

    bundle: str = "now"
    at: time = time(9)
    quiet: tuple[time, time] | None = None
    work: bool = False

    def due(self, now: datetime, zone: ZoneInfo, hours: Work) -> datetime:
        """When what happens now is told; `now` itself for at once."""
        moment = self._bundled(now.astimezone(zone))
        moment = self._after_quiet(moment)
        if self.work:
            moment = hours.next_open(moment) or moment
        return now if moment <= now else moment.astimezone(UTC)

    def _bundled(self, local: datetime) -> datetime:
        if self.bundle == "hourly":
            return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if self.bundle == "daily":
            return _next(local, self.at)
        return local

    def _after_quiet(self, local: datetime) -> datetime:
        if self.quiet is None:
            return local
        start, end = self.quiet
        clock = local.time()
        inside = start <= clock < end if start <= end else clock >= start or clock < end
        return _next(local, end) if inside else local


def _next(local: datetime, clock: time) -> datetime:
    """The next moment of that clock, after now."""
    today = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


def habit_of(kept: Mapping[str, Any] | None) -> Habit:
    """What was kept, as it is asked; what is missing is told at once."""
    kept = kept or {}
    quiet = kept.get("quiet")
    return Habit(
        str(kept.get("bundle") or "now"), time.fromisoformat(kept.get("at") or "09:00"),
        (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None, bool(kept.get("work")),
    )  # fmt: skip


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """What a form says, ready to be kept, with what is wrong in it."""
    start, end, at = form.get("quiet_from", ""), form.get("quiet_to", ""), form.get("at") or "09:00"
    problems = []
    if form.get("bundle") not in BUNDLES:
        problems.append(Problem("/bundle", "enum", message("Choose how often.")))
    if not _CLOCK.fullmatch(at):
        problems.append(Problem("/at", "format", message("Say a time, as in 09:00.")))
    if (start or end) and not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start != end):
        why = message("Say from when to when it is quiet, or leave both empty.")
        problems.append(Problem("/quiet_from", "format", why))
    kept: dict[str, Any] = {"bundle": form.get("bundle"), "at": at, "quiet": [start, end] if start or end else None}
    return kept | {"work": "work" in form}, problems


def as_form(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, as the inputs of a form hold it."""
    start, end = kept.get("quiet") or ("", "")
    told = {"bundle": kept.get("bundle") or "now", "at": kept.get("at") or "09:00"}
    return told | {"quiet_from": start, "quiet_to": end} | ({"work": "on"} if kept.get("work") else {})
