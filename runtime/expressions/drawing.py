"""Conditions as the visual editor shows them: a tree of groups and single tests, and the source that says the same.

    {"all": [tree, …]} | {"any": [tree, …]} | {"not": tree}
    {"field": ["record", "industry"], "op": "eq", "value": "x"}

`op` is one of OPS; `empty` and `nempty` have no value. A value is JSON, a list of it for `in` and `nin`, or says where
it comes from: {"path": ["me", "id"]}, {"days": -30} counted from today. Text such as 2025-03-01 or 2025-03-01T08:00:00Z
is a date or a date with time.
"""

import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from runtime.expressions.expression import compile_expression
from runtime.expressions.tree import Call, Compare, ListOf, Literal, Logic, Node, Path, Unary

OPS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "empty", "nempty")

Drawing = dict[str, Any]

_OP_OF = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "in": "in", "not in": "nin"}
_SIGN_OF = {op: sign for sign, op in _OP_OF.items()}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?")
_GROUPS = {"all": ("and", "true"), "any": ("or", "false")}
"""By group: its word, and the word that changes nothing in it, which marks groups of less than two parts."""


def draw(source: str) -> Drawing | None:
    """The tree of a condition, None for what only text can show; raises ExpressionError."""
    try:
        return _drawn(compile_expression(source).tree)
    except _NotDrawn:
        return None


class _NotDrawn(Exception):
    """A part of an expression is no condition the editor knows."""


def _drawn(node: Node) -> Drawing:
    match node:
        case Literal(value=True):
            return {"all": []}
        case Literal(value=False):
            return {"any": []}
        case Logic():
            return _group(node)
        case Unary(op="not"):
            return {"not": _drawn(node.operand)}
        case Compare():
            return _test(node)
        case Call(function="ISBLANK", arguments=(Path() as path,)):
            return {"field": _field(path), "op": "empty"}
        case Call(function="CONTAINS", arguments=(Path() as path, value)):
            return {"field": _field(path), "op": "contains", "value": _value(value)}
    raise _NotDrawn


def _group(node: Logic) -> Drawing:
    group = "all" if node.op == "and" else "any"
    first = node.parts[0]
    marked = isinstance(first, Literal) and first.value is (group == "all")
    return {group: [_drawn(part) for part in node.parts[marked:]]}


def _test(node: Compare) -> Drawing:
    left, right, op = node.left, node.right, node.op
    if not isinstance(left, Path) and isinstance(right, Path):
        if op in ("in", "not in"):
            found = {"field": _field(right), "op": "contains", "value": _value(left)}
            return found if op == "in" else {"not": found}
        left, right, op = right, left, _MIRRORED[op]
    if not isinstance(left, Path):
        raise _NotDrawn
    if isinstance(right, Literal) and right.value is None and op in ("==", "!="):
        return {"field": _field(left), "op": "empty" if op == "==" else "nempty"}
    value = _values(right) if op in ("in", "not in") else _value(right)
    return {"field": _field(left), "op": _OP_OF[op], "value": value}


def _field(path: Path) -> list[str]:
    if path.local or len(path.names) != len(path.keys):
        raise _NotDrawn
    return list(path.names)


def _values(node: Node) -> Any:
    return [_value(item) for item in node.items] if isinstance(node, ListOf) else _value(node)


def _value(node: Node) -> Any:
    match node:
        case Literal(value=Decimal() as number):
            return int(number) if number == number.to_integral_value() else number
        case Literal(value=str() as text) if _date_maker(text):
            raise _NotDrawn
        case Literal():
            return node.value
        case Path(keys=("today",)):
            return {"days": 0}
        case Path():
            return {"path": _field(node)}
        case Call():
            return _called(node)
    raise _NotDrawn


def _called(node: Call) -> Any:
    match node.function, node.arguments:
        case "ADD_DAYS", (Path(keys=("today",)), Literal(value=Decimal() as days)) if days == int(days):
            return {"days": int(days)}
        case ("DATE" | "DATETIME") as maker, (Literal(value=str() as text),) if _date_maker(text) == maker:
            return text
    raise _NotDrawn


def _date_maker(text: str) -> str | None:
    """The function that makes a date of a text; None for other texts."""
    if not _DATE.fullmatch(text):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return "DATE" if len(text) == 10 else "DATETIME"


def write(tree: Mapping[str, Any]) -> str:
    """The source of a tree; `draw` gives the tree again.

    Raises ValueError for what is no tree, ExpressionError when it is larger than an expression can be.
    """
    source = _written(tree, 0)
    compile_expression(source)
    return source


def _written(tree: Mapping[str, Any], level: int) -> str:
    if level > 100:
        raise ValueError("the tree is too deep")
    for group in _GROUPS:
        if group in tree:
            return _group_written(group, tree[group], level)
    if "not" in tree:
        return f"not {_inner(tree['not'], level)}"
    return _test_written(tree)


def _group_written(group: str, trees: Sequence[Mapping[str, Any]], level: int) -> str:
    word, mark = _GROUPS[group]
    parts = [_inner(tree, level) for tree in trees]
    if not parts:
        return mark
    if len(parts) == 1 or parts[0] == mark:
        parts.insert(0, mark)
    return f" {word} ".join(parts)


def _inner(tree: Mapping[str, Any], level: int) -> str:
    """A part of a group; anything but a single test stands in brackets."""
    source = _written(tree, level + 1)
    plain = "field" in tree or source in ("true", "false")
    return source if plain else f"({source})"


def _test_written(tree: Mapping[str, Any]) -> str:
    path, op = path_written(tree["field"]), tree["op"]
    if op in ("empty", "nempty"):
        return f"{path} {'==' if op == 'empty' else '!='} null"
    value = tree["value"]
    if op == "contains":
        return f"CONTAINS({path}, {_value_written(value)})"
    if op not in _SIGN_OF:
        raise ValueError(f"{op!r} is no test")
    if op in ("in", "nin") and isinstance(value, list):
        return f"{path} {_SIGN_OF[op]} [{', '.join(map(_value_written, value))}]"
    return f"{path} {_SIGN_OF[op]} {_value_written(value)}"


def path_written(names: Sequence[str]) -> str:
    """The source of a path, such as `record["first name"]`."""
    first, *rest = names
    if not _is_name(first) or first in ("null", "true", "false"):
        raise ValueError(f"{first!r} cannot begin a path")
    return first + "".join(f".{name}" if _is_name(name) else f"[{text_written(name)}]" for name in rest)


def _is_name(name: str) -> bool:
    normal = unicodedata.normalize("NFKC", name) == name
    return normal and name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")


def text_written(text: str) -> str:
    """The source of a text in quotes."""
    known = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t"}
    return "'" + "".join(known.get(char) or (char if char >= " " else f"\\u{ord(char):04x}") for char in text) + "'"


def _value_written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        return format(value, "f" if isinstance(value, Decimal) else "d")
    if isinstance(value, str):
        maker = _date_maker(value)
        return f"{maker}({text_written(value)})" if maker else text_written(value)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise ValueError("this is no value of a condition")
    return _source_written(*next(iter(value.items())))


def _source_written(kind: str, value: Any) -> str:
    if kind == "path":
        return path_written(value)
    if kind == "days" and type(value) is int:
        return f"ADD_DAYS(today, {value})" if value else "today"
    raise ValueError("this is no value of a condition")
