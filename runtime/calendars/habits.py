"""A plan as people set it: every day, week or month at a time, every so often, or cron for who knows it. Pure.

A shape is `{"kind": "day", "at"}`, `{"kind": "week", "days", "at"}` (1 is Monday), `{"kind": "month", "day", "at"}`
("L" is the last day), `{"kind": "every", "count", "unit", "start"}` or `{"kind": "cron", "cron"}`.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runtime.i18n import Message, Translate, listed, message

UNITS = {"minutes": ("PT{}M", "M"), "hours": ("PT{}H", "H"), "days": ("P{}D", "D"), "weeks": ("P{}W", "W")}
UNIT_WORDS: Mapping[str, Message] = {
    "minutes": message("minutes"),
    "hours": message("hours"),
    "days": message("days"),
    "weeks": message("weeks"),
}
DAYS: tuple[Message, ...] = (
    message("Monday"),
    message("Tuesday"),
    message("Wednesday"),
    message("Thursday"),
    message("Friday"),
    message("Saturday"),
    message("Sunday"),
)
_CRON = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|L|\d{1,2}) \* (\*|[0-7](?:,[0-7])*)")
_EVERY = re.compile(r"P(?:T(?=\d+[HM]))?(\d{1,5})([WDHM])")
_NINE = "09:00"


def shape_of(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The shape of a plan; cron as it stands where it is none of the simple ones."""
    if "every" in plan:
        return _every_shape(plan) or {"kind": "every", "count": None, "unit": "hours", "start": plan.get("start")}
    cron = " ".join(str(plan.get("cron") or "").split())
    found = _CRON.fullmatch(cron)
    if not found or int(found[1]) > 59 or int(found[2]) > 23 or ("*" not in (found[3], found[4])):
        return {"kind": "cron", "cron": cron}
    at = f"{int(found[2]):02}:{int(found[1]):02}"
    if found[4] != "*":
        return {"kind": "week", "days": sorted({int(day) or 7 for day in found[4].split(",")}), "at": at}
    return {"kind": "day", "at": at} if found[3] == "*" else {"kind": "month", "day": found[3], "at": at}


def _every_shape(plan: Mapping[str, Any]) -> dict[str, Any] | None:
    found = _EVERY.fullmatch(str(plan["every"]))
    unit = next((name for name, (_, sign) in UNITS.items() if found and sign == found[2]), None)
    return {"kind": "every", "count": int(found[1]), "unit": unit, "start": plan.get("start")} if found else None


def plan_from(shape: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a shape; what was left out becomes nine o'clock, Monday, the first, one."""
    if shape.get("kind") == "cron":
        return {"cron": " ".join(str(shape.get("cron") or "").split())}
    if shape.get("kind") == "every":
        form, _ = UNITS.get(str(shape.get("unit")), UNITS["hours"])
        start = {"start": str(shape["start"])} if shape.get("start") else {}
        return {"every": form.format(shape.get("count") or 0)} | start
    hour, _, minute = str(shape.get("at") or _NINE).partition(":")
    clock = f"{_whole(minute)} {_whole(hour)}"
    if shape.get("kind") == "week":
        return {"cron": f"{clock} * * {','.join(str(day) for day in shape.get('days') or [1])}"}
    return {"cron": f"{clock} {shape.get('day') or 1} * *" if shape.get("kind") == "month" else f"{clock} * * *"}


def _whole(text: str) -> str:
    return str(int(text)) if text.isdecimal() else text


def sentence(plan: Mapping[str, Any], translate: Translate) -> str:
    """A plan in words."""
    shape = shape_of(plan)
    match shape["kind"]:
        case "day":
            said = message("every day at %(at)s", at=shape["at"])
        case "week":
            names = [DAYS[day - 1].translated(translate) for day in shape["days"]]
            days = listed(names, translate)
            said = message("every %(days)s at %(at)s", days=days, at=shape["at"])
        case "month" if shape["day"] == "L":
            said = message("on the last day of the month at %(at)s", at=shape["at"])
        case "month":
            said = message("on day %(day)s of the month at %(at)s", day=shape["day"], at=shape["at"])
        case "every":
            unit = UNIT_WORDS[shape["unit"]]
            said = message("every %(count)s %(unit)s", count=shape["count"] or "?", unit=unit)
        case _:
            said = message("by cron %(cron)s", cron=shape["cron"])
    return said.translated(translate)


def moment_in_words(moment: datetime, translate: Translate) -> str:
    """A moment with its day of the week, on its own clock."""
    return f"{moment:%Y-%m-%d} {DAYS[moment.weekday()].translated(translate)} {moment:%H:%M}"
