"""Sort keys of text: compared bytewise they order case-blind, and Chinese by its reading."""

from functools import lru_cache

from runtime.spelling import reading

LIMIT = 200
"""Bytes of a key: a B-tree entry of PostgreSQL holds at most 2,704."""

_HIGHEST = "\U0010ffff"


def text_key(text: str) -> str:
    """The key of a text: folded, U+0001, the text itself, cut to 200 bytes of UTF-8."""
    return _cut(f"{folded(text)}\x01{text}")


def is_whole(key: str) -> bool:
    """Whether the key holds its text uncut, so that equal keys mean equal texts."""
    return len(key.encode()) < LIMIT - 3


def text_of(key: str) -> str | None:
    """The text a whole key was made of; None when it may have been cut."""
    return key.partition("\x01")[2] if is_whole(key) else None


def prefix_range(prefix: str) -> tuple[str, str]:
    """Bounds `low <= key < high` between which every text lies that starts with `prefix` (others may too)."""
    low = _cut(folded(prefix))
    return low, low + _HIGHEST


def folded(text: str) -> str:
    """Case-blind text with each Chinese character as its commonest reading.

    Character by character, never by phrase: the reading of a prefix must be a prefix of the reading.
    """
    if text.isascii():
        return text.lower()
    return _folded(text[:LIMIT])


@lru_cache(maxsize=4_096)
def _folded(text: str) -> str:
    """The same of a text that is short: columns of a table say the same again and again."""
    return "".join(map(_fold, text))


@lru_cache(maxsize=32_768)
def _fold(char: str) -> str:
    return (char if char < "\u3400" else reading(char)).casefold()


def _cut(text: str) -> str:
    if 4 * len(text) <= LIMIT:
        return text
    data = text.encode()
    return text if len(data) <= LIMIT else data[:LIMIT].decode(errors="ignore")
