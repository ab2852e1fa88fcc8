"""Expressions in documents: compiled, checked against types, and their problems given a JSON Pointer."""

from collections.abc import Iterable, Iterator
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
)
from runtime.expressions.tree import Literal
from runtime.i18n import Message, message

_OPEN = ("any", "null")
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


def expression_problems(at: str, source: object, scope: Scope, expected: Type | None = None) -> list[Problem]:
    """What is wrong with an expression where these names are known and a value of this type is wanted."""
    expression, problems = compiled(at, source)
    if expression is None:
        return problems
    found, wrong = expression.check(scope)
    problems = [problem_of(at, one) for one in wrong]
    if not problems and expected is not None:
        problems += [Problem(at, "type", why) for why in _unfit(expression, found, expected)]
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


def _unfit(expression: Expression, found: Type, expected: Type) -> Iterator[Message]:
    if expected.kind in _OPEN or found.kind in _OPEN:
        return
    if found.kind != expected.kind:
        yield message("This gives %(found)s where %(wanted)s is needed.", found=_kind(found), wanted=_kind(expected))
    elif expected.choices and isinstance(expression.tree, Literal) and expression.tree.value not in expected.choices:
        yield message("“%(value)s” is none of the choices.", value=str(expression.tree.value))


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
