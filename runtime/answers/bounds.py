"""What no database could keep of what was sent; sound answers are let pass at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import MAX_BYTES, MAX_DEPTH, bound_problems

_PLAIN_INT = 10**18


def unsound(answers: Mapping[str, Any]) -> list[Problem]:
    """The problems of size, depth, text and number, with pointers into the answers."""
    return [] if _is_surely_sound(answers) else bound_problems(dict(answers))


def _is_surely_sound(answers: Mapping[str, Any]) -> bool:
    """A quick look at every value; when in doubt, no."""
    level: list[Any] = [answers]
    size = 0
    for _ in range(MAX_DEPTH - 1):
        inner: list[Any] = []
        for container in level:
            if isinstance(container, Mapping):
                size += sum(map(_key_size, container))
                container = container.values()
            for value in container:
                if type(value) is str:
                    size += _text_size(value)
                    continue
                size += _size(value)
                if isinstance(value, list | dict):
                    inner.append(value)
        if size > MAX_BYTES:
            return False
        if not inner:
            return True
        level = inner
    return False


def _size(value: Any) -> int:
    """An upper bound of the bytes as JSON of what is no text, its parts aside; more than any bound for the unusual."""
    kind = type(value)
    if kind is bool or value is None or kind is list or kind is dict:
        return 6
    if kind is int and -_PLAIN_INT < value < _PLAIN_INT:
        return 24
    if kind is Decimal and value.is_finite() and -18 < value.adjusted() < 18 and len(value.as_tuple().digits) < 36:
        return 60
    return MAX_BYTES + 1


def _key_size(key: Any) -> int:
    return _text_size(key) if type(key) is str else MAX_BYTES + 1


def _text_size(text: str) -> int:
    if "\0" in text:
        return MAX_BYTES + 1
    if text.isascii():
        return len(text) + 4
    try:
        return len(text.encode()) + 4
    except UnicodeEncodeError:
        return MAX_BYTES + 1
