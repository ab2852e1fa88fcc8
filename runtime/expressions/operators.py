"""What each operator means, in one table that evaluation and the check of types both read."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from runtime.expressions.errors import EvaluationError
from runtime.expressions.values import MAX_ITEMS, MAX_TEXT, NUMBERS, bounded, duration_of, items, microseconds, same
from runtime.i18n import message

Meaning = Callable[[Any, Any], Any]
DAY = timedelta(days=1)


def _number(act: Callable[[Decimal, Decimal], Decimal]) -> Meaning:
    return lambda left, right: bounded(act(left, right))


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise EvaluationError(message("This divides by zero."))
    return NUMBERS.divide(left, right)


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    """The remainder with the sign of the divisor, as in sheets."""
    if not right:
        raise EvaluationError(message("This divides by zero."))
    rest = NUMBERS.remainder(left, right)
    return NUMBERS.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def _join(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_TEXT:
        raise EvaluationError(message("This text becomes too long."))
    return left + right


def _append(left: list[Any], right: list[Any]) -> list[Any]:
    if len(left) + len(right) > MAX_ITEMS:
        raise EvaluationError(message("This list becomes too long."))
    return [*left, *right]


def _move(day: date, by: timedelta) -> date:
    if by % DAY:
        raise EvaluationError(message("A date can be moved by whole days only."))
    return day + by


def _times(duration: timedelta, count: Decimal) -> timedelta:
    return duration_of(NUMBERS.multiply(microseconds(duration), count))


def _part(duration: timedelta, count: Decimal) -> timedelta:
    return duration_of(_divide(microseconds(duration), count))


def _ratio(left: timedelta, right: timedelta) -> Decimal:
    return _divide(microseconds(left), microseconds(right))


def _plus(left: Any, right: Any) -> Any:
    return left + right


def _minus(left: Any, right: Any) -> Any:
    return left - right


ARITHMETIC: Mapping[tuple[str, str, str], tuple[str, Meaning]] = {
    ("+", "number", "number"): ("number", _number(NUMBERS.add)),
    ("-", "number", "number"): ("number", _number(NUMBERS.subtract)),
    ("*", "number", "number"): ("number", _number(NUMBERS.multiply)),
    ("/", "number", "number"): ("number", _number(_divide)),
    ("%", "number", "number"): ("number", _number(_remainder)),
    ("+", "text", "text"): ("text", _join),
    ("+", "list", "list"): ("list", _append),
    ("+", "date", "duration"): ("date", _move),
    ("+", "duration", "date"): ("date", lambda by, day: _move(day, by)),
    ("-", "date", "duration"): ("date", lambda day, by: _move(day, -by)),
    ("-", "date", "date"): ("duration", _minus),
    ("+", "datetime", "duration"): ("datetime", _plus),
    ("+", "duration", "datetime"): ("datetime", _plus),
    ("-", "datetime", "duration"): ("datetime", _minus),
    ("-", "datetime", "datetime"): ("duration", _minus),
    ("+", "duration", "duration"): ("duration", _plus),
    ("-", "duration", "duration"): ("duration", _minus),
    ("*", "duration", "number"): ("duration", _times),
    ("*", "number", "duration"): ("duration", lambda count, duration: _times(duration, count)),
    ("/", "duration", "number"): ("duration", _part),
    ("/", "duration", "duration"): ("number", _number(_ratio)),  # type: ignore[arg-type]
}
"""By operator and the kinds of both sides: the kind of the result, and how it is made. What is not here is an error."""

SIGNED: Mapping[str, Callable[[Any], Any]] = {"number": NUMBERS.minus, "duration": lambda value: -value}
"""The kinds that have a sign, and what `-` does to them."""

ORDERED = frozenset({"number", "text", "date", "datetime", "duration"})
ORDER: Mapping[str, Meaning] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def comparable(op: str, left: str, right: str) -> bool:
    """Whether a comparison has a meaning between two kinds; a date with time counts as its day beside a date."""
    if op in ("in", "not in"):
        return right == "list" or (left == right == "text")
    if {left, right} == {"date", "datetime"}:
        return True
    return left == right and (op in ("==", "!=") or left in ORDERED)


def compare(op: str, left: Any, right: Any) -> bool:
    """The answer for two values that are comparable and not null."""
    if op in ORDER:
        return bool(ORDER[op](left, right))
    if op in ("==", "!="):
        return same(left, right) == (op == "==")
    found = left in right if isinstance(right, str) else any(same(left, item) for item in items(right))
    return found == (op == "in")
