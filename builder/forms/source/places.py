"""Where in a JSON text each value stands, so that a problem's JSON Pointer can be shown as a line and a column."""

import json
import re
from collections.abc import Mapping

from runtime.documents.bounds import pointer

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,\]}]+")


class Places:
    """A sound JSON text read once: the offset of every value (of a member, that of its name) by JSON Pointer.

    `twice` is the offset of the first name that an object has a second time, None where all differ.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets: dict[str, int] = {}
        self.twice: int | None = None
        self._value("", self._skip(0))

    def line_and_column(self, at: str) -> tuple[int, int]:
        """Of the value that a pointer leads to, or of the nearest one around it; both count from 1."""
        while at and at not in self.offsets:
            at = at.rpartition("/")[0]
        return place(self.text, self.offsets.get(at, 0))

    def _value(self, at: str, start: int) -> int:
        self.offsets.setdefault(at, start)
        opening = self.text[start]
        if opening in "{[":
            return self._inside(at, start, is_object=opening == "{")
        return self._end(_STRING if opening == '"' else _PLAIN, start)

    def _inside(self, at: str, start: int, is_object: bool) -> int:
        place, count = self._skip(start + 1), 0
        while self.text[place] not in "}]":
            name: object = count
            if is_object:
                begun = place
                place = self._end(_STRING, place)
                name = json.loads(self.text[begun:place], strict=False)
                self._name(at + pointer(name), begun)
                place = self._skip(self._skip(place) + 1)  # the colon
            place = self._skip(self._value(at + pointer(name), place))
            place, count = self._skip(place + 1) if self.text[place] == "," else place, count + 1
        return place + 1

    def _name(self, at: str, start: int) -> None:
        if at in self.offsets and self.twice is None:
            self.twice = start
        self.offsets[at] = start

    def _skip(self, start: int) -> int:
        return self._end(_SPACE, start)

    def _end(self, pattern: re.Pattern[str], start: int) -> int:
        found = pattern.match(self.text, start)
        if found is None:
            raise ValueError(start)
        return found.end()


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def place_of(text: str, at: str, keyword: str, values: Mapping[str, object]) -> tuple[int, int]:
    """Where a problem stands: by its pointer, or for a text that is no JSON by what the reader of it said."""
    if keyword == "json":
        return int(str(values["line"])), int(str(values["column"]))
    if keyword == "uniqueKeys":
        return place(text, Places(text).twice or 0)
    try:
        return Places(text).line_and_column(at)
    except (IndexError, ValueError, RecursionError):  # not sound enough to be read
        return 1, 1
