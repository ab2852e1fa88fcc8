"""The values an expression works on: null, true/false, Decimal, text, date, datetime, duration, list, object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from runtime.expressions.errors import EvaluationError
from runtime.i18n import Message, message

NUMBERS = Context(
    prec=40, rounding=ROUND_HALF_UP, Emin=-99, Emax=99, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Arithmetic keeps 40 digits."""

LARGEST = Decimal(10) ** 30
SMALLEST = -40
"""The power of ten below which a number counts as 0."""
MAX_TEXT = 100_000
MAX_ITEMS = 10_000
MAX_RESULT = 100_000
_MAX_LEVELS = 64

KINDS: Mapping[str, Message] = {
    "null": message("nothing"),
    "boolean": message("yes or no"),
    "number": message("a number"),
    "text": message("a text"),
    "date": message("a date"),
    "datetime": message("a date with time"),
    "duration": message("a duration"),
    "list": message("a list"),
    "object": message("a group of values"),
    "any": message("any value"),
}
"""The kinds of value, in words."""

_KIND_OF: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "text",
    date: "date",
    datetime: "datetime",
    timedelta: "duration",
    list: "list",
    dict: "object",
}


@dataclass(frozen=True)
class Linked:
    """A person or record as a value: its id, and what was fetched of it beforehand for paths that look into it."""

    id: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


def kind_of(value: Any) -> str:
    """The kind of a plain value, one of KINDS."""
    return _KIND_OF[type(value)]


def plain(value: Any) -> Any:
    """A given value as one of the language, lists and objects not copied; raises EvaluationError for anything else."""
    kind = type(value)
    if kind is str or kind is bool or value is None or kind is list or kind is dict:
        return value
    if kind is int or kind is Decimal:
        return bounded(Decimal(value))
    if kind is date or kind is timedelta:
        return value
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, Linked):
        return value.id
    return _unusual(value)


def _unusual(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return list(value)
    raise EvaluationError(message("This value cannot be used in an expression."))


def truth(value: Any) -> bool | None:
    """A value as a condition: true, false or null; raises EvaluationError for any other."""
    if value is None or isinstance(value, bool):
        return value
    raise EvaluationError(message("A condition is needed here, not %(kind)s.", kind=KINDS[kind_of(value)]))


def bounded(number: Decimal) -> Decimal:
    """The same number; raises EvaluationError where it is not finite or has more than 30 digits before the point."""
    if not number.is_finite() or (number and number.copy_abs() >= LARGEST):
        raise EvaluationError(message("This number is too large."))
    return number if SMALLEST <= number.adjusted() < -SMALLEST else Decimal(0)


def items(values: Sequence[Any]) -> Iterator[Any]:
    """The items of a list as plain values."""
    return map(plain, values)


def look(value: Any, key: str | int) -> Any:
    """What stands under a key; None in None and where there is no such key. Raises EvaluationError otherwise."""
    if isinstance(key, int):
        return _item(value, key)
    if isinstance(value, Linked):
        return value.id if key == "id" else value.values.get(key)
    if isinstance(value, Mapping):
        return value.get(key)
    if value is None:
        return None
    raise EvaluationError(message("“%(name)s” cannot be looked up in this value.", name=key))


def _item(value: Any, index: int) -> Any:
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise EvaluationError(message("Only a list has numbered items."))
    return value[index] if -len(value) <= index < len(value) else None


def same(left: Any, right: Any, level: int = 0) -> bool:
    """Whether two values are equal in kind and content, all the way down."""
    left, right = plain(left), plain(right)
    if type(left) is not type(right) or level > _MAX_LEVELS:
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(same(a, b, level + 1) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key], level + 1) for key in left)
    return bool(left == right)


def weight(value: Any) -> int:
    """How much there is to look at in a value: each item, and each 100 characters of text."""
    total, waiting = 0, [value]
    while waiting and total <= 10 * MAX_ITEMS:
        current = waiting.pop()
        total += 1 + (len(current) // 100 if isinstance(current, str) else 0)
        if isinstance(current, Mapping):
            waiting.extend(current.values())
        elif isinstance(current, list | tuple):
            waiting.extend(current)
    return total


def finished(value: Any) -> Any:
    """A result in plain values all the way down; raises EvaluationError over 100 kB."""
    return _Copy().of(value, 0)


class _Copy:
    """Copies a result while its size is still small enough."""

    def __init__(self) -> None:
        self._left = MAX_RESULT

    def of(self, value: Any, level: int) -> Any:
        value = plain(value)
        self._left -= _size(value)
        if self._left < 0 or level > _MAX_LEVELS:
            raise EvaluationError(message("The result is too large."))
        if isinstance(value, list):
            return [self.of(item, level + 1) for item in value]
        if isinstance(value, dict):
            return {self.of(key, level + 1): self.of(part, level + 1) for key, part in value.items()}
        return value


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode(errors="replace")) + 2
    return len(str(value)) if isinstance(value, Decimal) else 4


def microseconds(duration: timedelta) -> Decimal:
    """A duration as a number of microseconds."""
    return Decimal(duration // timedelta(microseconds=1))


def duration_of(count: Decimal, unit: timedelta = timedelta(microseconds=1)) -> timedelta:
    """So many units of time, to the microsecond."""
    exact = NUMBERS.multiply(count, microseconds(unit))
    return timedelta(microseconds=int(exact.to_integral_value(ROUND_HALF_UP)))
