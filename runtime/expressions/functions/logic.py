"""Functions that choose between values."""

from collections.abc import Callable
from typing import Any

from runtime.expressions.functions.table import BOOLEAN, EVERY, Run, define
from runtime.expressions.kinds import Type, joined
from runtime.expressions.values import truth

Lazy = Callable[[Any], Any]


def _branches(types: tuple[Type, ...]) -> Type:
    return joined(types[1:])


@define("IF(condition, then, otherwise)", BOOLEAN, EVERY, EVERY, like=_branches, optional=1, lazy=True)
def if_(run: Run, condition: Lazy, then: Lazy, otherwise: Lazy | None = None) -> Any:
    """Only the branch that is taken is evaluated; a condition that is null takes the other one."""
    if truth(condition(run)):
        return then(run)
    return otherwise(run) if otherwise else None


@define("COALESCE(value, …)", EVERY, like=joined, many=True, lazy=True)
def coalesce(run: Run, *values: Lazy) -> Any:
    """The first value that is not null; later ones are not evaluated."""
    for value in values:
        found = value(run)
        if found is not None:
            return found
    return None


@define("ISBLANK(value)", EVERY, gives_kind="boolean", sees_null=True)
def isblank(run: Run, value: Any) -> bool:
    """Null, an empty text and an empty list are blank; 0 and false are not."""
    return value is None or value == "" or value == []


FUNCTIONS = (if_, coalesce, isblank)
