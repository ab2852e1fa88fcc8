"""Expressions in documents: compiled, checked against types, and their problems given a JSON Pointer."""

from collections.abc import Iterable
from typing import Any

from runtime.contracts import Problem
from runtime.expressions import (
    Expression,
    ExpressionError,
    ExpressionProblem,
    Scope,
    Type,
    compile_expression,
    compile_text,
    value_of,
)
from runtime.expressions.tree import Literal
from runtime.i18n import Message, message

_OPEN = ("any", "null")
_DATES = {kind: {"type": "string", "format": name} for kind, name in (("date", "date"), ("datetime", "date-time"))}
_KINDS = {
    "boolean": message("yes or no"),
    "number": message("a number"),
    "text": message("a text"),
    "date": message("a date"),
    "datetime": message("a moment"),
    "duration": message("a duration"),
    "list": message("a list"),
    "object": message("an object"),
}


def compiled(at: str, source: object) -> tuple[Expression | None, list[Problem]]:
    """The expression, or why there is none; what is not even text is left to the document's schema."""
    if not isinstance(source, str):
        return None, []
    try:
        return compile_expression(source), []
    except ExpressionError as error:
        return None, [problem_of(at, error)]


def expression_problems(at: str, source: object, scope: Scope, *wanted: Type) -> list[Problem]:
    """What is wrong with an expression where these names are known and a value of one of these types is wanted."""
    expression, problems = compiled(at, source)
    if expression is None:
        return problems
    found, wrong = expression.check(scope)
    problems = [problem_of(at, one) for one in wrong]
    if not problems and wanted:
        reasons = [_unfit(expression, found, type) for type in wanted]
        problems += [Problem(at, "type", reason) for reason in reasons[:1] if reason and all(reasons)]
    return problems


def text_problems(at: str, source: object, scope: Scope | None = None) -> list[Problem]:
    """What is wrong with the `{{ }}` in a text; without a scope only whether they can be read."""
    if not isinstance(source, str):
        return []
    try:
        text = compile_text(source)
    except ExpressionError as error:
        return [problem_of(at, error)]
    return [problem_of(at, one) for one in text.check(scope)] if scope is not None else []


def _unfit(expression: Expression, found: Type, wanted: Type) -> Message | None:
    if wanted.kind in _OPEN or found.kind in _OPEN:
        return None
    written = expression.tree.value if isinstance(expression.tree, Literal) else None
    if wanted.kind in ("date", "datetime") and isinstance(written, str):
        # A date can be written as text, as JSON writes it.
        found = Type(wanted.kind) if value_of(_DATES[wanted.kind], written) != written else found
    if found.kind != wanted.kind:
        return message("This gives %(found)s where %(wanted)s is needed.", found=_kind(found), wanted=_kind(wanted))
    if wanted.choices and written is not None and written not in wanted.choices:
        return message("“%(value)s” is none of the choices.", value=str(written))
    return None


def _kind(type: Type) -> Any:
    return _KINDS.get(type.kind, type.kind)


def problem_of(at: str, error: ExpressionError | ExpressionProblem) -> Problem:
    """The problem at a document's place, which tells the place in the source in words."""
    why = message("%(why)s (character %(place)s)", why=error.message, place=error.position + 1)
    return Problem(at, "expression", why)


def reads_from(expressions: Iterable[Expression], name: str) -> frozenset[str]:
    """Which fields of a name, such as `record`, the expressions read."""
    return frozenset(
        path[1] for expression in expressions for path in expression.reads if len(path) > 1 and path[0] == name
    )
