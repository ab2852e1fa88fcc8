"""Reads source text into the tree, by a closed list of the node kinds of Python's grammar."""

import ast
import keyword
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from runtime.expressions.errors import ExpressionError
from runtime.expressions.tokens import Tokens, tokenize
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
    children,
)
from runtime.i18n import Message, message

MAX_NODES = 500
MAX_DEPTH = 100
MAX_DIGITS = 30
"""Digits of a number before and behind its point together."""

_CONSTANTS: Mapping[str, bool | None] = {"null": None, "true": True, "false": False}
_BINARY: Mapping[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}
_UNARY: Mapping[type[ast.AST], str] = {ast.UAdd: "+", ast.USub: "-", ast.Not: "not"}
_COMPARE: Mapping[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}


def read(source: str, functions: frozenset[str]) -> Node:
    """The tree of a source that may call `functions`; raises ExpressionError at the first thing not understood."""
    tokens = tokenize(source)
    start = len(tokens.line) - len(tokens.line.lstrip())
    text = tokens.line.strip()
    if not text:
        raise ExpressionError(message("Write an expression here."), 0)
    try:
        parsed = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ExpressionError(_advice(tokens), start + _offset(error, text)) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(message("This is nested too deeply."), start) from None
    tree = _Reader(text, start, tokens, functions).node(parsed.body, 1)
    _bound(tree)
    return tree


def _offset(error: SyntaxError, text: str) -> int:
    """Where the parser stopped: it says 0 for the end, and sometimes counts bytes instead of characters."""
    return min(error.offset - 1, len(text)) if error.offset else len(text)


def _advice(tokens: Tokens) -> Message:
    for end, name in tokens.names.items():
        if keyword.iskeyword(name) and tokens.line[: end - len(name)].endswith("."):
            return message('“%(name)s” has a meaning of its own: write ["%(name)s"].', name=name)
    return message("This cannot be understood here.")


def _bound(tree: Node) -> None:
    count, waiting = 0, [tree]
    while waiting:
        current = waiting.pop()
        count += 1
        if count > MAX_NODES:
            raise ExpressionError(message("This has more than %(most)s parts.", most=MAX_NODES), 0)
        waiting.extend(children(current))


class _Reader:
    """Turns one parsed source into the tree; `locals` holds the variable of the comprehension being read."""

    def __init__(self, text: str, start: int, tokens: Tokens, functions: frozenset[str]) -> None:
        self._bytes = text.encode()
        self._start = start
        self._tokens = tokens
        self._functions = functions
        self._local: str | None = None
        self._readers: Mapping[type[ast.AST], Callable[[Any, int], Node]] = {
            ast.Constant: self._constant,
            ast.Name: self._path,
            ast.Attribute: self._path,
            ast.Subscript: self._path,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self._logic,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Call: self._call,
            ast.ListComp: self._each,
            ast.GeneratorExp: self._each,
        }

    def node(self, parsed: ast.expr, depth: int) -> Node:
        """The tree of one parsed node; raises ExpressionError when its kind is not of the language."""
        reader = self._readers.get(type(parsed))
        if reader is None:
            raise self._refused(message("This is not part of the expression language."), parsed)
        if depth > MAX_DEPTH:
            raise self._refused(message("This is nested too deeply."), parsed)
        return reader(parsed, depth + 1)

    def _at(self, offset: int) -> int:
        return self._start + len(self._bytes[:offset].decode())

    def _position(self, parsed: ast.expr) -> int:
        return self._at(parsed.col_offset)

    def _refused(self, why: Message, parsed: ast.expr) -> ExpressionError:
        return ExpressionError(why, self._position(parsed))

    def _constant(self, parsed: ast.Constant, depth: int) -> Node:
        position = self._position(parsed)
        value = parsed.value
        if value is None or isinstance(value, bool | str):
            return Literal(value, position)
        written = self._tokens.numbers.get(position)
        if written is None:
            raise self._refused(message("This is not part of the expression language."), parsed)
        if len(written) > MAX_DIGITS:
            raise self._refused(message("This number is too long."), parsed)
        return Literal(Decimal(written), position)

    def _path(self, parsed: ast.expr, depth: int) -> Node:
        keys: list[str | int] = []
        current = parsed
        while isinstance(current, ast.Attribute | ast.Subscript):
            depth += 1
            keys.append(self._key(current, depth))
            current = current.value
        if not isinstance(current, ast.Name):
            raise self._refused(message("Only a name can be looked into, such as record.name."), parsed)
        name = self._root(current)
        if not keys and name in _CONSTANTS:
            return Literal(_CONSTANTS[name], self._position(parsed))
        return Path((name, *reversed(keys)), name == self._local, self._position(parsed))

    def _key(self, parsed: ast.Attribute | ast.Subscript, depth: int) -> str | int:
        if depth > MAX_DEPTH:
            raise self._refused(message("This is nested too deeply."), parsed)
        if isinstance(parsed, ast.Attribute):
            return self._written(parsed)
        key = self.node(parsed.slice, depth)
        value = key.value if isinstance(key, Literal) else None
        if isinstance(value, Decimal) and value == int(value):
            return int(value)
        if not isinstance(value, str):
            raise self._refused(message("In [ ] stands a name in quotes, or a whole number."), parsed.slice)
        return value

    def _root(self, parsed: ast.Name) -> str:
        if parsed.id.startswith("__"):
            raise self._refused(message("A name cannot begin with two underscores."), parsed)
        if keyword.iskeyword(parsed.id):
            raise self._refused(message("This is not part of the expression language."), parsed)
        return parsed.id

    def _written(self, parsed: ast.Attribute) -> str:
        """The name as it stands in the source, where Python's parser gives its compatibility form."""
        name = self._tokens.names.get(self._at(parsed.end_col_offset or 0), parsed.attr)
        if name.startswith("__") or parsed.attr.startswith("__"):
            raise self._refused(message("A name cannot begin with two underscores."), parsed)
        return name

    def _unary(self, parsed: ast.UnaryOp, depth: int) -> Node:
        op = _UNARY.get(type(parsed.op))
        if op is None:
            raise self._refused(message("There is no such operator."), parsed)
        operand = self.node(parsed.operand, depth)
        position = self._position(parsed)
        if op == "-" and isinstance(operand, Literal) and type(operand.value) is Decimal:
            return Literal(operand.value.copy_negate(), position)
        return Unary(op, operand, position)

    def _binary(self, parsed: ast.BinOp, depth: int) -> Node:
        op = _BINARY.get(type(parsed.op))
        if op is None:
            raise self._refused(message("There is no such operator."), parsed)
        return Binary(op, self.node(parsed.left, depth), self.node(parsed.right, depth), self._position(parsed))

    def _logic(self, parsed: ast.BoolOp, depth: int) -> Node:
        op = "and" if isinstance(parsed.op, ast.And) else "or"
        return Logic(op, tuple(self.node(part, depth) for part in parsed.values), self._position(parsed))

    def _compare(self, parsed: ast.Compare, depth: int) -> Node:
        operands = [self.node(operand, depth) for operand in (parsed.left, *parsed.comparators)]
        parts: list[Node] = []
        for kind, left, right in zip(parsed.ops, operands, operands[1:], strict=False):
            op = _COMPARE.get(type(kind))
            if op is None:
                raise self._refused(message("There is no such operator."), parsed)
            parts.append(Compare(op, left, right, left.position))
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts), self._position(parsed))

    def _conditional(self, parsed: ast.IfExp, depth: int) -> Node:
        condition, then, otherwise = (self.node(part, depth) for part in (parsed.test, parsed.body, parsed.orelse))
        return Conditional(condition, then, otherwise, self._position(parsed))

    def _list(self, parsed: ast.List | ast.Tuple, depth: int) -> Node:
        return ListOf(tuple(self.node(item, depth) for item in parsed.elts), self._position(parsed))

    def _call(self, parsed: ast.Call, depth: int) -> Node:
        name = parsed.func.id.upper() if isinstance(parsed.func, ast.Name) else ""
        if name not in self._functions:
            raise self._refused(message("There is no such function."), parsed)
        if parsed.keywords:
            raise self._refused(message("A function takes its values in order, without names."), parsed)
        return Call(name, tuple(self.node(part, depth) for part in parsed.args), self._position(parsed))

    def _each(self, parsed: ast.ListComp | ast.GeneratorExp, depth: int) -> Node:
        loop = parsed.generators[0]
        if self._local is not None or len(parsed.generators) > 1:
            raise self._refused(message("A list can be gone through on one level only."), parsed)
        if not isinstance(loop.target, ast.Name) or loop.is_async:
            raise self._refused(message("Write one name between for and in."), parsed)
        variable = self._root(loop.target)
        self._local = ""
        source = self.node(loop.iter, depth)
        self._local = variable
        element = self.node(parsed.elt, depth)
        condition = self._all([self.node(part, depth) for part in loop.ifs])
        self._local = None
        return Each(element, variable, source, condition, self._position(parsed))

    def _all(self, conditions: list[Node]) -> Node | None:
        if len(conditions) < 2:
            return conditions[0] if conditions else None
        return Logic("and", tuple(conditions), conditions[0].position)
