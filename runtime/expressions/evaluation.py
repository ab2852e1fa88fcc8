"""Turns a tree, once, into closures that look things up in plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from runtime.contracts import Week
from runtime.expressions.errors import EvaluationError, ExpressionError
from runtime.expressions.functions import FUNCTIONS
from runtime.expressions.functions.table import Function
from runtime.expressions.operators import ARITHMETIC, SIGNED, comparable, compare
from runtime.expressions.tree import (
    Binary,
    Call,
    Compare,
    Conditional,
    Each,
    ListOf,
    Literal,
    Logic,
    Node,
    Path,
    Unary,
)
from runtime.expressions.values import KINDS, MAX_ITEMS, items, kind_of, look, plain, truth, weight
from runtime.i18n import Message, message

MAX_STEPS = 100_000
"""What one evaluation may cost: one step an operation, one for each item gone through or 100 characters made."""


@dataclass
class Evaluation:
    """One evaluation under way: the names given, the variable of a comprehension, the steps left."""

    names: Mapping[str, Any]
    local: Any = None
    left: int = MAX_STEPS
    zone: tzinfo = field(init=False)
    week: Week | None = field(init=False)

    def __post_init__(self) -> None:
        now = self.names.get("now")
        self.week = self.names.get("week")
        self.zone = (now.tzinfo if isinstance(now, datetime) else None) or UTC

    def spend(self, steps: int) -> None:
        """Counts steps; raises EvaluationError when none is left."""
        self.left -= steps
        if self.left < 0:
            raise EvaluationError(message("This takes too long."))


Closure = Callable[[Evaluation], Any]


def compiled(node: Node) -> Closure:
    """The closure of a tree; it raises EvaluationError with its place. Raises ExpressionError for a wrong call."""
    return _placed(_COMPILERS[type(node)](node), node.position)


def _placed(act: Closure, position: int) -> Closure:
    def at_place(run: Evaluation) -> Any:
        try:
            return act(run)
        except EvaluationError as error:
            if error.position < 0:
                error.position = position
            raise
        except (ArithmeticError, ValueError):
            raise EvaluationError(message("This cannot be calculated."), position) from None

    return at_place


def _literal(node: Literal) -> Closure:
    value = node.value
    return lambda run: value


def _path(node: Path) -> Closure:
    name, *keys = node.keys

    def value(run: Evaluation) -> Any:
        found = run.local if node.local else _given(run.names, name)
        for key in keys:
            found = look(found, key)
        return plain(found)

    return value


def _given(names: Mapping[str, Any], name: Any) -> Any:
    if name not in names:
        raise EvaluationError(message("“%(name)s” is not known here.", name=name))
    return names[name]


def _unary(node: Unary) -> Closure:
    operand = compiled(node.operand)
    if node.op == "not":
        return lambda run: _not(truth(operand(run)))

    def signed(run: Evaluation) -> Any:
        value = operand(run)
        if value is None:
            return None
        act = SIGNED.get(kind_of(value))
        if act is None:
            raise EvaluationError(needed(message("a number"), kind_of(value)))
        return act(value) if node.op == "-" else value

    return signed


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def needed(what: Message, kind: str) -> Message:
    """The sentence for a value of the wrong kind."""
    return message("This needs %(what)s, not %(kind)s.", what=what, kind=KINDS[kind])


def mismatch(op: str, left: str, right: str) -> Message:
    """The sentence for an operator between kinds it has no meaning for."""
    return message(
        "“%(op)s” cannot be used between %(left)s and %(right)s.", op=op, left=KINDS[left], right=KINDS[right]
    )


def _binary(node: Binary) -> Closure:
    left, right, op = compiled(node.left), compiled(node.right), node.op

    def value(run: Evaluation) -> Any:
        a, b = left(run), right(run)
        if a is None or b is None:
            return None
        found = ARITHMETIC.get((op, kind_of(a), kind_of(b)))
        if found is None:
            raise EvaluationError(mismatch(op, kind_of(a), kind_of(b)))
        return _paid(run, found[1](a, b))

    return value


def _paid(run: Evaluation, value: Any) -> Any:
    size = len(value) if isinstance(value, str | list) else 0
    run.spend(1 + size // 100)
    return value


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _compare(node: Compare) -> Closure:
    left, right, op = compiled(node.left), compiled(node.right), node.op
    if op in ("==", "!=") and (_is_null(node.left) or _is_null(node.right)):
        asked = left if _is_null(node.right) else right
        return lambda run: (asked(run) is None) == (op == "==")

    def answer(run: Evaluation) -> bool | None:
        a, b = left(run), right(run)
        if a is None or b is None:
            return None
        if not comparable(op, kind_of(a), kind_of(b)):
            raise EvaluationError(mismatch(op, kind_of(a), kind_of(b)))
        run.spend(weight(a) * (len(b) + 1) if op in ("in", "not in") else weight(a))
        return compare(op, *_days(a, b, run.zone))

    return answer


def _days(a: Any, b: Any, zone: tzinfo) -> tuple[Any, Any]:
    """Both sides as they are compared: a moment beside a date is the day it has on the tenant's clock."""
    if type(a) is date and isinstance(b, datetime):
        return a, b.astimezone(zone).date()
    if type(b) is date and isinstance(a, datetime):
        return a.astimezone(zone).date(), b
    return a, b


def _logic(node: Logic) -> Closure:
    parts = [compiled(part) for part in node.parts]
    decisive = node.op == "or"

    def answer(run: Evaluation) -> bool | None:
        result: bool | None = not decisive
        for part in parts:
            value = truth(part(run))
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return answer


def _conditional(node: Conditional) -> Closure:
    condition, then, otherwise = compiled(node.condition), compiled(node.then), compiled(node.otherwise)
    return lambda run: then(run) if truth(condition(run)) else otherwise(run)


def _list(node: ListOf) -> Closure:
    parts = [compiled(item) for item in node.items]
    return lambda run: [part(run) for part in parts]


def _call(node: Call) -> Closure:
    function = FUNCTIONS[node.function]
    arguments = [compiled(argument) for argument in node.arguments]
    if not function.least <= len(arguments) <= (function.most or len(arguments)):
        raise ExpressionError(message("It is written %(usage)s.", usage=function.usage), node.position)
    if function.lazy:
        return lambda run: function.act(run, *arguments)

    def value(run: Evaluation) -> Any:
        values = [argument(run) for argument in arguments]
        if None in values and not function.sees_null:
            return None
        _accept(function, values)
        run.spend(sum(len(value) // 100 for value in values if isinstance(value, str)))
        return _paid(run, function.act(run, *values))

    return value


def _accept(function: Function, values: list[Any]) -> None:
    for place, value in enumerate(values):
        if value is not None and kind_of(value) not in function.kinds_at(place):
            raise EvaluationError(unfit(function, place, kind_of(value)))


def unfit(function: Function, place: int, kind: str) -> Message:
    """The sentence for a value that a function does not take at a place."""
    return message(
        "%(function)s does not take %(kind)s as value %(place)s.",
        function=function.name,
        kind=KINDS[kind],
        place=place + 1,
    )


def _each(node: Each) -> Closure:
    source, element = compiled(node.source), compiled(node.element)
    condition = compiled(node.condition) if node.condition else None

    def values(run: Evaluation) -> list[Any] | None:
        over = source(run)
        if over is None:
            return None
        if not isinstance(over, list):
            raise EvaluationError(needed(message("a list"), kind_of(over)))
        if len(over) > MAX_ITEMS:
            raise EvaluationError(message("This list is too long."))
        return _gone_through(run, over)

    def _gone_through(run: Evaluation, over: list[Any]) -> list[Any]:
        result = []
        for item in items(over):
            run.spend(1)
            run.local = item
            if condition is None or truth(condition(run)):
                result.append(element(run))
        return result

    return values


_COMPILERS: Mapping[type, Callable[[Any], Closure]] = {
    Literal: _literal,
    Path: _path,
    Unary: _unary,
    Binary: _binary,
    Compare: _compare,
    Logic: _logic,
    Conditional: _conditional,
    ListOf: _list,
    Call: _call,
    Each: _each,
}
