"""Texts with expressions in them: `Dear {{ record.name }}`."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from runtime.expressions.errors import EvaluationError, ExpressionError, ExpressionProblem
from runtime.expressions.expression import Expression, compile_expression
from runtime.expressions.kinds import Scope
from runtime.expressions.values import MAX_TEXT
from runtime.i18n import message

MAX_TEMPLATE = 20_000
"""Characters in one text with expressions."""

Show = Callable[[Any, tuple[str, ...] | None], str]
"""How a value is displayed; the path says which field it comes from, None for a calculated value."""

_INSIDE = re.compile(r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?!\}\})[^'"])*""", re.DOTALL)


_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')
"""A quotation mark that begins or ends a string in JSON."""


class Text:
    """A compiled text; what is put in stays as it is and is never read again."""

    def __init__(self, parts: tuple[str | tuple[int, Expression], ...]) -> None:
        self.parts = parts
        self.expressions = tuple(part[1] for part in parts if isinstance(part, tuple))
        self.reads = frozenset().union(*(expression.reads for expression in self.expressions))

    def check(self, scope: Scope) -> list[ExpressionProblem]:
        """What would go wrong for certain; positions count in the whole text."""
        found: list[ExpressionProblem] = []
        for part in self.parts:
            if isinstance(part, tuple):
                start, expression = part
                found += [ExpressionProblem(one.message, start + one.position) for one in expression.check(scope)[1]]
        return found

    @cached_property
    def in_strings(self) -> tuple[bool, ...]:
        """For each expression whether it stands inside a string, where the text is JSON."""
        found, quotes = [], 0
        for part in self.parts:
            if isinstance(part, tuple):
                found.append(quotes % 2 == 1)
            else:
                quotes += len(_QUOTE.findall(part))
        return tuple(found)

    def evaluate(self, names: Mapping[str, Any], show: Show) -> str:
        """The text with each value as `show` displays it; raises EvaluationError, also over 100,000 characters."""
        whole: list[str] = []
        length = 0
        for part in self.parts:
            shown = part if isinstance(part, str) else _shown(*part, names, show)
            length += len(shown)
            if length > MAX_TEXT:
                raise EvaluationError(message("The result is too large."), 0)
            whole.append(shown)
        return "".join(whole)


def _shown(start: int, expression: Expression, names: Mapping[str, Any], show: Show) -> str:
    try:
        return show(expression.evaluate(names), expression.path)
    except EvaluationError as error:
        raise EvaluationError(error.message, start + max(error.position, 0)) from None


@lru_cache(maxsize=4096)
def compile_text(source: str) -> Text:
    """The text of a source; raises ExpressionError with a position in the whole text."""
    if len(source) > MAX_TEMPLATE:
        raise ExpressionError(message("This is longer than %(most)s characters.", most=MAX_TEMPLATE), MAX_TEMPLATE)
    parts: list[str | tuple[int, Expression]] = []
    end = 0
    while (start := source.find("{{", end)) >= 0:
        parts.append(source[end:start])
        part, end = _expression(source, start + 2)
        parts.append(part)
    parts.append(source[end:])
    return Text(tuple(parts))


def _expression(source: str, start: int) -> tuple[tuple[int, Expression], int]:
    inside = _INSIDE.match(source, start)
    end = inside.end() if inside else start
    if not source.startswith("}}", end):
        raise ExpressionError(message("This {{ has no closing }}."), start - 2)
    try:
        return (start, compile_expression(source[start:end])), end + 2
    except ExpressionError as error:
        raise ExpressionError(error.message, start + error.position) from None
