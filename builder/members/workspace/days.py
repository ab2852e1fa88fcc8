"""Days off and days worked instead, as people write and paste them: line by line, or the yearly notice as it is.

A line is a day or a period, then what it is. In the notice a holiday is a line such as
"国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）上班。"; the year is said above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = timedelta(days=366)

_DAY = r"\d{4}-\d{2}-\d{2}"
_LINE = re.compile(rf"({_DAY})(?:\s*(?:-|–|—|~|～|至|到|to|\s)\s*({_DAY}))?\s*(.*)")
_WRITTEN = re.compile(r"(\d{4})\s*[年/.]\s*(\d{1,2})\s*[月/.]\s*(\d{1,2})日?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")
_NAME = re.compile(r"(?:[一二三四五六七八九十]+、)?\s*(?:\d{4}年)?([^：:，。\d]{1,40})[：:]")
_SPAN = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:至(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)?")

Period = tuple[str, str, str]
"""The first day, the last day, and what it is."""


@dataclass
class Read:
    """What a text says: days off, days worked instead, and the lines that say neither."""

    off: list[Period] = field(default_factory=list)
    worked: list[Period] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)


def read(text: str) -> Read:
    """The days of a text; a line of the notice that names no holiday only says the year of those below it."""
    found, year = Read(), 0
    for line in filter(None, map(str.strip, text.splitlines())):
        said = _YEAR.search(line)
        if said:
            year = int(said[1])
        period = _line(line)
        notice = None if period else _notice(line, year)
        if period:
            found.off.append(period)
        elif notice:
            found.off += notice.off
            found.worked += notice.worked
        elif not said or _SPAN.search(line):
            found.not_read.append(line)
    return found


def _line(line: str) -> Period | None:
    plain = _WRITTEN.sub(lambda day: f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}", line)
    found = _LINE.fullmatch(plain)
    return _period(found[1], found[2] or found[1], found[3]) if found else None


def _period(first: str, last: str, title: str) -> Period | None:
    try:
        length = date.fromisoformat(last) - date.fromisoformat(first)
    except ValueError:
        return None
    return (first, last, title.strip()[:200]) if timedelta(0) <= length < LONGEST else None


def _notice(line: str, year: int) -> Read | None:
    """A line of the notice; None for one that is none, or without a year."""
    plain = _ASIDE.sub("", line)
    named = _NAME.match(plain)
    if named is None:
        return None
    found = Read()
    for sentence in plain[named.end() :].split("。"):
        target = found.worked if "上班" in sentence else found.off
        spans = list(_spans(sentence, year, named[1].strip()))
        if None in spans or (spans and not re.search("上班|放假|休", sentence)):
            return None
        target += [span for span in spans if span]
    return found if found.off else None


def _spans(sentence: str, year: int, title: str) -> Iterator[Period | None]:
    for span in _SPAN.finditer(sentence):
        first = _iso(span[1] or year, span[2], span[3])
        last = _iso(span[4] or span[1] or year, span[5] or span[2], span[6] or span[3])
        yield _period(first, last, title)


def _iso(year: str | int, month: str, day: str) -> str:
    return f"{int(year):04}-{int(month):02}-{int(day):02}"
