"""What the table says about one function."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from runtime.contracts import Week
from runtime.expressions.kinds import ANY, Type

Kinds = frozenset[str]

NUMBER: Kinds = frozenset({"number"})
TEXT: Kinds = frozenset({"text"})
DURATION: Kinds = frozenset({"duration"})
LIST: Kinds = frozenset({"list"})
DAY: Kinds = frozenset({"date"})
MOMENT: Kinds = frozenset({"date", "datetime"})
HOURLY: Kinds = frozenset({"datetime"})
BOOLEAN: Kinds = frozenset({"boolean"})
SCALAR: Kinds = frozenset({"boolean", "number", "text", "date", "datetime", "duration"})
EVERY: Kinds = SCALAR | {"list", "object"}


class Run(Protocol):
    """What a function may know of the evaluation it is part of."""

    @property
    def zone(self) -> tzinfo: ...

    @property
    def week(self) -> Week | None: ...

    def spend(self, steps: int) -> None: ...


@dataclass(frozen=True)
class Function:
    """One function: how it is written, which kinds it takes, what comes back.

    `accepts` holds the kinds by place, the last again and again where `most` is None. A null among the values gives
    null, unless the function `sees_null`. A `lazy` function gets closures in place of values.
    """

    usage: str
    accepts: tuple[Kinds, ...]
    result: Callable[[tuple[Type, ...]], Type]
    act: Callable[..., Any]
    least: int
    most: int | None
    sees_null: bool = False
    lazy: bool = False

    @property
    def name(self) -> str:
        """The name in capitals."""
        return self.usage.partition("(")[0]

    def kinds_at(self, place: int) -> Kinds:
        """The kinds taken at a place, counted from 0."""
        return self.accepts[min(place, len(self.accepts) - 1)]


def gives(kind: str) -> Callable[[tuple[Type, ...]], Type]:
    """A result that is always of one kind."""
    return lambda types: Type(kind)


def first_type(types: tuple[Type, ...]) -> Type:
    """A result of the kind of the first value."""
    return types[0] if types else ANY


def define(
    usage: str,
    *accepts: Kinds,
    gives_kind: str | None = None,
    like: Callable[[tuple[Type, ...]], Type] | None = None,
    optional: int = 0,
    many: bool = False,
    sees_null: bool = False,
    lazy: bool = False,
) -> Callable[[Callable[..., Any]], Function]:
    """Makes the decorated act a function of the table; the last `optional` values may be left out."""
    result = like or gives(gives_kind or "any")
    most = None if many else len(accepts)

    def made(act: Callable[..., Any]) -> Function:
        return Function(usage, accepts, result, act, len(accepts) - optional, most, sees_null, lazy)

    return made


def local(moment: datetime, run: Run) -> datetime:
    """A moment as the tenant's clock shows it."""
    return moment.astimezone(run.zone)
