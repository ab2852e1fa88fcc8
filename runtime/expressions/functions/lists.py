"""Functions over many values: lists, or values one after the other."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from runtime.expressions.errors import EvaluationError
from runtime.expressions.functions.table import EVERY, LIST, NUMBER, Run, define
from runtime.expressions.kinds import ANY, Type, joined
from runtime.expressions.kinds import NUMBER as NUMBER_TYPE
from runtime.expressions.operators import ARITHMETIC, ORDERED
from runtime.expressions.values import items, kind_of, weight
from runtime.i18n import message

_ORDERED = ORDERED | {"list"}


def _given(run: Run, values: tuple[Any, ...]) -> Iterator[Any]:
    """Every value that is not null, those of lists among them."""
    for value in values:
        inner = list(items(value)) if isinstance(value, list) else [value]
        run.spend(weight(inner))
        yield from (one for one in inner if one is not None)


def _one_kind(run: Run, values: tuple[Any, ...], allowed: frozenset[str]) -> list[Any]:
    given = list(_given(run, values))
    kinds = {kind_of(value) for value in given}
    if len(kinds) > 1 or not kinds <= allowed:
        raise EvaluationError(message("These values cannot be taken together."))
    return given


def _items_type(types: tuple[Type, ...]) -> Type:
    return joined((one.item or ANY) if one.kind == "list" else one for one in types)


def _sum_type(types: tuple[Type, ...]) -> Type:
    found = _items_type(types)
    return NUMBER_TYPE if found.kind == "null" else Type(found.kind)


def _total(given: list[Any]) -> Any:
    if not given:
        return Decimal(0)
    total = given[0]
    _, add = ARITHMETIC["+", kind_of(total), kind_of(total)]
    for value in given[1:]:
        total = add(total, value)
    return total


@define("SUM(list or values)", NUMBER | LIST | {"duration"}, like=_sum_type, many=True, sees_null=True)
def sum_(run: Run, *values: Any) -> Any:
    """Nulls are left out; nothing to add gives 0."""
    return _total(_one_kind(run, values, frozenset({"number", "duration"})))


@define("AVG(list or values)", NUMBER | LIST | {"duration"}, like=_sum_type, many=True, sees_null=True)
def avg(run: Run, *values: Any) -> Any:
    """Nulls are left out; the average of nothing is null."""
    given = _one_kind(run, values, frozenset({"number", "duration"}))
    if not given:
        return None
    _, divide = ARITHMETIC["/", kind_of(given[0]), "number"]
    return divide(_total(given), Decimal(len(given)))


@define("COUNT(list or values)", EVERY, gives_kind="number", many=True, sees_null=True)
def count(run: Run, *values: Any) -> Decimal:
    """How many are not null."""
    return Decimal(sum(1 for _ in _given(run, values)))


@define("MIN(list or values)", _ORDERED, like=_items_type, many=True, sees_null=True)
def min_(run: Run, *values: Any) -> Any:
    """Nulls are left out; the least of nothing is null."""
    return min(_one_kind(run, values, ORDERED), default=None)


@define("MAX(list or values)", _ORDERED, like=_items_type, many=True, sees_null=True)
def max_(run: Run, *values: Any) -> Any:
    """Nulls are left out; the greatest of nothing is null."""
    return max(_one_kind(run, values, ORDERED), default=None)


FUNCTIONS = (sum_, avg, count, min_, max_)
