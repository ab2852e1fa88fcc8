"""What holds for every JSON value that is kept: size, depth, and what the database can store."""

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from runtime.contracts import Problem
from runtime.i18n import Message, message

MAX_BYTES = 1_000_000
MAX_APP_BYTES = 8_000_000
MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_EXPONENT = 100
MAX_PROBLEMS = 100

Path: TypeAlias = tuple[Any, ...]
"""Where a value stands: () at the top, else the path of what holds it, and the key: no pointer is written in vain."""


def pointer(*parts: object) -> str:
    """A JSON Pointer (RFC 6901) from its parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def bound_problems(value: Any, max_bytes: int = MAX_BYTES) -> list[Problem]:
    """All that no document may hold, at most MAX_PROBLEMS; walks with its own stack, so depth cannot break it."""
    problems: list[Problem] = []
    size = 0
    stack: list[tuple[Path, int, Any]] = [((), 1, value)]
    while stack and len(problems) < MAX_PROBLEMS:
        path, depth, item = stack.pop()
        size += _size(item)
        if size > max_bytes:
            return [Problem("", "maxLength", message("This is larger than %(bytes)s bytes.", bytes=max_bytes))]
        problems += [Problem(_pointer_of(path), keyword, why) for keyword, why in _item_problems(item)]
        if isinstance(item, dict | list) and item and depth >= MAX_DEPTH:
            problems.append(Problem(_pointer_of(path), "depth", message("This is nested too deeply.")))
        elif isinstance(item, dict):
            stack += [((path, key), depth + 1, part) for key, part in reversed(item.items())]
        elif isinstance(item, list):
            stack += [((path, index), depth + 1, item[index]) for index in range(len(item) - 1, -1, -1)]
    return problems


def _pointer_of(path: Path) -> str:
    parts: list[object] = []
    while path:
        path, key = path
        parts.append(key)
    return pointer(*reversed(parts))


def _size(item: Any) -> int:
    if isinstance(item, str):
        return 3 + (len(item) if item.isascii() else len(item.encode("utf-8", "surrogatepass")))
    if isinstance(item, dict):
        return 2 + sum(map(_size, item))
    return 6


def _item_problems(item: Any) -> Iterator[tuple[str, Message]]:
    if isinstance(item, dict):
        for key in item:
            if not isinstance(key, str):
                yield "type", message("A key must be text.")
            else:
                yield from _text_problems(key)
    elif isinstance(item, str):
        yield from _text_problems(item)
    elif isinstance(item, int | float | Decimal) and not isinstance(item, bool):
        yield from _number_problems(item)
    elif item is not None and not isinstance(item, list | bool):
        yield "type", message("This is not JSON.")


def _text_problems(text: str) -> Iterator[tuple[str, Message]]:
    # PostgreSQL's JSONB holds neither NUL nor half of a surrogate pair.
    if "\x00" in text:
        yield "text", message("This text holds a NUL character.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "text", message("This text holds half a character.")


def _number_problems(number: int | float | Decimal) -> Iterator[tuple[str, Message]]:
    if isinstance(number, int):
        if abs(number) >= 10**MAX_DIGITS:
            yield "number", message("This number is too large.")
        return
    exact = Decimal(str(number))
    if not exact.is_finite():
        yield "number", message("%(name)s is not a JSON number.", name=str(number))
    elif len(exact.as_tuple().digits) > MAX_DIGITS or abs(exact.adjusted()) > MAX_EXPONENT:
        yield "number", message("This number is too large.")


def is_plain_name(name: str) -> bool:
    """Whether a text can name a field: 1 to 128 characters, none of them a control character."""
    return 0 < len(name) <= 128 and not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)
