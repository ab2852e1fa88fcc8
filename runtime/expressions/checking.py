"""Checks a tree against the types behind its names, before any value is there."""

from collections.abc import Callable, Mapping
from typing import Any

from runtime.expressions.errors import ExpressionProblem
from runtime.expressions.evaluation import mismatch, needed, unfit
from runtime.expressions.functions import FUNCTIONS
from runtime.expressions.kinds import ANY, BOOLEAN, NULL, Scope, Type, joined
from runtime.expressions.operators import ARITHMETIC, SIGNED, comparable
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
from runtime.expressions.values import kind_of
from runtime.i18n import Message, message

_OPEN = ("any", "null")


def check(node: Node, scope: Scope) -> tuple[Type, list[ExpressionProblem]]:
    """The type of the result, and all that would go wrong for certain; `any` where it cannot be known."""
    checker = _Checker(scope)
    found = checker.type_of(node)
    return found, sorted(checker.problems, key=lambda problem: problem.position)


class _Checker:
    """Gathers problems while it walks; a problem makes the type `any`, so that it is told once."""

    def __init__(self, scope: Scope) -> None:
        self.problems: list[ExpressionProblem] = []
        self._scope = scope
        self._local = ANY
        self._checks: Mapping[type, Callable[[Any], Type]] = {
            Literal: self._literal,
            Path: self._path,
            Unary: self._unary,
            Binary: self._binary,
            Compare: self._compare,
            Logic: self._logic,
            Conditional: self._conditional,
            ListOf: self._list,
            Call: self._call,
            Each: self._each,
        }

    def type_of(self, node: Node) -> Type:
        return self._checks[type(node)](node)

    def _problem(self, why: Message, node: Node) -> Type:
        self.problems.append(ExpressionProblem(why, node.position))
        return ANY

    def _literal(self, node: Literal) -> Type:
        return Type(kind_of(node.value))

    def _path(self, node: Path) -> Type:
        name, *keys = node.keys
        found = self._local if node.local else self._scope.get(str(name))
        if found is None:
            return self._problem(message("“%(name)s” is not known here.", name=name), node)
        for key in keys:
            inner = _inside(found, key)
            if inner is None:
                return self._problem(message("“%(name)s” is not known here.", name=key), node)
            found = inner
        return found

    def _unary(self, node: Unary) -> Type:
        found = self.type_of(node.operand)
        if node.op == "not":
            return self._condition(found, node.operand)
        if found.kind in SIGNED or found.kind in _OPEN:
            return found
        return self._problem(needed(message("a number"), found.kind), node)

    def _condition(self, found: Type, node: Node) -> Type:
        if found.kind not in ("boolean", *_OPEN):
            self._problem(needed(message("a condition"), found.kind), node)
        return BOOLEAN

    def _binary(self, node: Binary) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if "null" in (left.kind, right.kind):
            return NULL
        if "any" in (left.kind, right.kind):
            return ANY
        result = ARITHMETIC.get((node.op, left.kind, right.kind))
        if result is None:
            return self._problem(mismatch(node.op, left.kind, right.kind), node)
        return joined((left, right)) if result[0] == "list" else Type(result[0])

    def _compare(self, node: Compare) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left.kind in _OPEN or right.kind in _OPEN:
            return BOOLEAN
        if not comparable(node.op, left.kind, right.kind):
            self._problem(mismatch(node.op, left.kind, right.kind), node)
        elif right.kind == "list":
            self._choice(left, node.left, right.item or ANY, node.right)
            self._member(left, right.item or ANY, node)
        else:
            self._choice(left, node.left, right, node.right)
            self._choice(right, node.right, left, node.left)
        return BOOLEAN

    def _member(self, left: Type, item: Type, node: Compare) -> None:
        if item.kind not in _OPEN and item.kind != left.kind:
            self._problem(mismatch(node.op, left.kind, item.kind), node)

    def _choice(self, asked: Type, asked_node: Node, given: Type, node: Node) -> None:
        """A text that is none of a field's choices can never be its value."""
        texts = node.items if isinstance(node, ListOf) else (node,)
        for text in texts if asked.choices is not None and isinstance(asked_node, Path) else ():
            if isinstance(text, Literal) and isinstance(text.value, str) and text.value not in (asked.choices or ()):
                self._problem(message("“%(value)s” is none of the choices.", value=text.value), text)

    def _logic(self, node: Logic) -> Type:
        for part in node.parts:
            self._condition(self.type_of(part), part)
        return BOOLEAN

    def _conditional(self, node: Conditional) -> Type:
        self._condition(self.type_of(node.condition), node.condition)
        return joined((self.type_of(node.then), self.type_of(node.otherwise)))

    def _list(self, node: ListOf) -> Type:
        return Type("list", item=joined([self.type_of(item) for item in node.items]))

    def _call(self, node: Call) -> Type:
        function = FUNCTIONS[node.function]
        types = tuple(self.type_of(argument) for argument in node.arguments)
        for place, found in enumerate(types):
            if found.kind not in _OPEN and found.kind not in function.kinds_at(place):
                self._problem(unfit(function, place, found.kind), node.arguments[place])
        return function.result(types)

    def _each(self, node: Each) -> Type:
        source = self.type_of(node.source)
        if source.kind not in ("list", *_OPEN):
            self._problem(needed(message("a list"), source.kind), node.source)
        self._local = source.item or ANY
        if node.condition is not None:
            self._condition(self.type_of(node.condition), node.condition)
        return Type("list", item=self.type_of(node.element))


def _inside(found: Type, key: str | int) -> Type | None:
    if found.kind == "any":
        return ANY
    if isinstance(key, int):
        return (found.item or ANY) if found.kind == "list" else None
    if found.fields is None:
        return ANY if found.kind == "object" else None
    return found.fields.get(key)
