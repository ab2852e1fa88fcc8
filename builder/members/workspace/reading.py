"""What an admin sends about the workspace, read; and what stands there, as the page shows it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from builder.members.workspace.days import Period, read
from runtime.contracts import Problem
from runtime.i18n import message
from runtime.identity.hours import USUAL, WEEKDAYS

ACCENTS = ("teal", "blue", "indigo", "purple", "red", "orange", "green", "slate")
"""Each is dark enough for white on it, and its lighter tone light enough on the dark look."""

LANGS = ("zh-CN", "en")
MOST = 500
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


def look_problems(form: Mapping[str, str]) -> list[Problem]:
    """What is wrong with name, language, zone and colour."""
    problems = []
    if not form.get("title", "").strip():
        problems.append(Problem("/title", "required", message("Your workspace needs a name.")))
    if form.get("lang") not in LANGS:
        problems.append(Problem("/lang", "enum", message("There is no such language.")))
    if form.get("timezone") not in available_timezones():
        problems.append(Problem("/timezone", "enum", message("There is no such time zone. Asia/Shanghai is one.")))
    if form.get("accent") not in ACCENTS:
        problems.append(Problem("/accent", "enum", message("Choose one of the colours.")))
    return problems


def calendar_from(
    days: Iterable[str], clocks: Sequence[tuple[str, str]], holidays: str, workdays: str
) -> tuple[dict[str, Any], list[Problem]]:
    """A calendar/1 document of working days, hours and exceptions, with what is wrong in it."""
    spans, problems = _spans(clocks)
    off, on = read(holidays), read(workdays)
    problems += [*_unread(off.not_read, "/holidays"), *_unread(on.not_read, "/workdays")]
    if max(len(off.off), len(off.worked) + len(on.off)) > MOST:
        problems.append(Problem("/holidays", "maxItems", message("At most %(most)s at a time.", most=MOST)))
    wanted = [day for day in WEEKDAYS if day in set(days)]
    if not wanted:
        problems.append(Problem("/days", "required", message("Choose at least one working day.")))
    document = {**USUAL, "week": dict.fromkeys(wanted, spans)}
    document["holidays"] = [_titled(title, {"from": first, "to": last}) for first, last, title in off.off]
    document["workdays"] = [
        _titled(title, {"date": day}) for day, title in sorted(_each([*off.worked, *on.off]).items())
    ]  # fmt: skip
    return document, problems


def _spans(clocks: Sequence[tuple[str, str]]) -> tuple[list[list[str]], list[Problem]]:
    given = [(start, end) for start, end in clocks if start or end]
    good = all(_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start < end for start, end in given)
    ordered = all(before[1] <= after[0] for before, after in pairwise(given))
    if given and good and ordered:
        return [[start, end] for start, end in given], []
    why = message("Say from when to when, as in 09:00 to 18:00, the earlier part first.")
    return [], [Problem("/from1", "format", why)]


def _unread(lines: Iterable[str], pointer: str) -> Iterator[Problem]:
    for line in lines:
        why = message("“%(line)s” is no day: write 2026-10-01, or 2026-10-01 to 2026-10-07.", line=line[:60])
        yield Problem(pointer, "format", why)


def _each(periods: Iterable[Period]) -> dict[str, str]:
    """Every day once, with what it is."""
    return {day: title for first, last, title in periods for day in _between(first, last)}


def _between(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=step)).isoformat() for step in range((end - start).days + 1)]


def _titled(title: str, part: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, **part} if title else part


def shown(calendar: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the inputs of the page hold it."""
    week = calendar["week"]
    spans: list[list[str]] = next((spans for spans in week.values() if spans), [])
    clocks = [*spans, ["", ""], ["", ""]][:2]
    off = ((_period(one["from"], one["to"]), one.get("title")) for one in calendar.get("holidays", ()))
    on = ((one["date"], one.get("title")) for one in calendar.get("workdays", ()))
    return {
        "days": [day for day, hours in week.items() if hours], "clocks": clocks,
        "holidays": _written(off), "workdays": _written(on),
    }  # fmt: skip


def _written(lines: Iterable[tuple[str, str | None]]) -> str:
    return "\n".join(" ".join(filter(None, parts)) for parts in lines)


def _period(first: str, last: str) -> str:
    return first if first == last else f"{first} ~ {last}"
