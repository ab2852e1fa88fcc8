"""An expression ready for use, and where it comes from."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from runtime.expressions.checking import check
from runtime.expressions.errors import EvaluationError, ExpressionProblem
from runtime.expressions.evaluation import Evaluation, compiled
from runtime.expressions.functions import FUNCTIONS
from runtime.expressions.kinds import Scope, Type
from runtime.expressions.reading import read
from runtime.expressions.tree import Node, Path, reads_of
from runtime.expressions.values import finished

_NAMES = frozenset(FUNCTIONS)


class Expression:
    """One compiled expression; immutable, shared between threads."""

    def __init__(self, source: str, tree: Node) -> None:
        self.source = source
        self.tree = tree
        self.reads = reads_of(tree)
        """The paths it looks up, such as `("record", "industry")`: what must be fetched beforehand."""
        self._run = compiled(tree)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    @property
    def path(self) -> tuple[str, ...] | None:
        """Where the value comes from when the whole expression is one path, such as `record.amount`."""
        return self.tree.names if isinstance(self.tree, Path) else None

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        """The value in plain values, at most 100 kB; raises EvaluationError with its place.

        `now`, where given, is an aware datetime in the tenant's zone: hours and days are told on that clock.
        """
        value = self._run(Evaluation(names))
        try:
            return finished(value)
        except EvaluationError as error:
            raise EvaluationError(error.message, self.tree.position) from None

    def holds(self, names: Mapping[str, Any]) -> bool:
        """True only when the value is exactly true; raises EvaluationError."""
        return self._run(Evaluation(names)) is True

    def check(self, scope: Scope) -> tuple[Type, list[ExpressionProblem]]:
        """The type of its value, and what would go wrong for certain."""
        return check(self.tree, scope)


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """The expression of a source; raises ExpressionError. The same source gives the same object."""
    return Expression(source, read(source, _NAMES))
