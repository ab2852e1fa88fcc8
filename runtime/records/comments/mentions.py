"""Whom a text mentions: `@` and a name, with or without a space behind it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

_AT = re.compile(r"@([^\s@]{1,40})")
MOST = 20
"""People mentioned in one comment."""


@dataclass(frozen=True)
class Mentioned:
    """Who is meant: member ids, names that several people bear, and `@` words that are nobody's name."""

    ids: tuple[str, ...]
    doubtful: tuple[str, ...]


def candidates(text: str) -> list[str]:
    """Every name that could stand behind an `@`, the longest of each first: Chinese has no space after a name."""
    words = _AT.findall(text)[:MOST]
    return list(dict.fromkeys(word[:end] for word in words for end in range(len(word), 0, -1)))


def mentioned(text: str, named: Mapping[str, Sequence[str]], chosen: Collection[str]) -> Mentioned:
    """Who is mentioned, given the members of each name; `chosen` ids decide between people of one name."""
    ids: list[str] = []
    doubtful: list[str] = []
    for word in _AT.findall(text)[:MOST]:
        name = next((word[:end] for end in range(len(word), 0, -1) if named.get(word[:end])), None)
        found = named.get(name or "", ())
        meant = [id for id in found if id in chosen] if len(found) > 1 else list(found)
        if found and not meant:
            doubtful.append(str(name))
        ids += meant
    return Mentioned(_once(ids), _once(doubtful))


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
