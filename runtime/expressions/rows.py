"""The part of the expression language that says which rows a policy is about, turned into a filter.

A filter knows true and false only, an expression null as well. So each condition is turned twice: into the filter of
where it is true, and of where it is false; a row for which it is null is in neither.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from runtime.expressions.errors import ExpressionError
from runtime.expressions.expression import compile_expression
from runtime.expressions.schema import ALWAYS_SYSTEM, SYSTEM_FIELDS
from runtime.expressions.tree import Compare, ListOf, Literal, Logic, Node, Path, Unary
from runtime.i18n import Message, message

Filter: TypeAlias = Mapping[str, Any]
Me: TypeAlias = Mapping[str, Any]
"""Who asks: `id`, `name`, `department` (its id) and `department_path`; None where there is none."""

ALL_ROWS: Filter = {"and": []}
NO_ROWS: Filter = {"or": []}

_ASKED_OF_ME = ("id", "name", "department")
_OPS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "in": "in", "not in": "nin"}
_FALSE = {"eq": "ne", "ne": "eq", "lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt", "in": "nin", "nin": "in"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SOMEBODY: Me = {"id": "1", "name": "1", "department": "1", "department_path": "1/"}
"""Stands in when only the rule itself is read: with a null in place some parts would never be looked at."""


@lru_cache(maxsize=4096)
def rule_of(source: str) -> Node:
    """The tree of a `rows` rule; raises ExpressionError at the first part that no query can ask."""
    tree = compile_expression(source).tree
    _filter(tree, True, _SOMEBODY)
    return tree


def to_filter(source: str, me: Me) -> Filter:
    """The filter of the rows a rule takes for one person; raises ExpressionError."""
    return _filter(rule_of(source), True, me)


def _filter(node: Node, wanted: bool, me: Me) -> Filter:
    """The filter of the rows for which a condition is exactly `wanted`."""
    match node:
        case Logic():
            every = (node.op == "and") == wanted
            return {"and" if every else "or": [_filter(part, wanted, me) for part in node.parts]}
        case Unary(op="not"):
            return _filter(node.operand, not wanted, me)
        case Literal(value=bool()):
            return ALL_ROWS if node.value is wanted else NO_ROWS
        case Path() if node.keys[0] == "record":
            return {"field": _field(node), "op": "eq", "value": wanted}
        case Compare():
            return _comparison(node, wanted, me)
    raise _refused(node)


def _refused(node: Node, why: Message | None = None) -> ExpressionError:
    usual = message("Rows are chosen by comparing fields with values or with me; this cannot be asked of a query.")
    return ExpressionError(why or usual, node.position)


def _comparison(node: Compare, wanted: bool, me: Me) -> Filter:
    left, right, op = node.left, node.right, node.op
    if _is_field(right) and op in _MIRRORED and not _is_field(left):
        left, right, op = right, left, _MIRRORED[op]
    if _is_field(right) and not _is_field(left):
        return _contained(node, wanted, me)
    if not _is_field(left):
        return _constant(node, wanted, me)
    assert isinstance(left, Path)
    if _field(left) == "department":
        return _department(left, op, right, wanted, me)
    if isinstance(right, Literal) and right.value is None and op in ("==", "!="):
        return {"field": _field(left), "op": "empty" if (op == "==") == wanted else "nempty"}
    return _tested(_field(left), _OPS[op], _value(right, op, me), wanted)


def _tested(field: str, op: str, value: Any, wanted: bool) -> Filter:
    if value is None:
        return NO_ROWS
    op = op if wanted else _FALSE[op]
    test = {"field": field, "op": op, "value": value}
    return {"and": [test, {"field": field, "op": "nempty"}]} if op in ("ne", "nin") else test


def _contained(node: Compare, wanted: bool, me: Me) -> Filter:
    """`'a' in record.tags`: a list that holds a value, a text that holds a text."""
    assert isinstance(node.right, Path)
    if node.op not in ("in", "not in") or _field(node.right) == "department":
        raise _refused(node)
    value = _value(node.left, "==", me)
    if value is None:
        return NO_ROWS
    test = {"field": _field(node.right), "op": "contains", "value": value}
    if wanted == (node.op == "in"):
        return test
    return {"and": [{"not": test}, {"field": _field(node.right), "op": "nempty"}]}


def _constant(node: Compare, wanted: bool, me: Me) -> Filter:
    """A comparison without a field, such as `me.name == 'Li'`: true or false for all rows."""
    asks_me = isinstance(node.left, Path) or isinstance(node.right, Path)
    if not asks_me or node.op not in ("==", "!=", "in", "not in"):
        raise _refused(node)
    left, right = _value(node.left, "==", me), _value(node.right, node.op, me)
    if isinstance(node.right, Literal) and node.right.value is None and node.op in ("==", "!="):
        return ALL_ROWS if ((left is None) == (node.op == "==")) == wanted else NO_ROWS
    if left is None or right is None:
        return NO_ROWS
    found = left in right if isinstance(right, list) else left == right
    return ALL_ROWS if (found == (node.op in ("==", "in"))) == wanted else NO_ROWS


def _department(left: Path, op: str, right: Node, wanted: bool, me: Me) -> Filter:
    """A record's department is only compared with one's own: it, and all departments below it."""
    if op not in ("==", "!=") or not isinstance(right, Path) or right.keys != ("me", "department"):
        raise _refused(left, message("A department can be compared with me.department only."))
    path = me.get("department_path")
    if not path:
        return NO_ROWS
    test = {"field": "department", "op": "under", "value": path}
    if wanted == (op == "=="):
        return test
    return {"and": [{"not": test}, {"field": "department", "op": "nempty"}]}


def _is_field(node: Node) -> bool:
    return isinstance(node, Path) and node.keys[0] == "record"


def _field(node: Path) -> str:
    name = node.keys[1] if len(node.keys) == 2 else None
    if not isinstance(name, str) or (name in SYSTEM_FIELDS and name not in ALWAYS_SYSTEM):
        raise _refused(node, message("Rows are chosen by the record's own fields only."))
    return name


def _value(node: Node, op: str, me: Me) -> Any:
    """A written value, or one of `me`; lists for `in` alone, an order for numbers alone."""
    if isinstance(node, ListOf) and op in ("in", "not in"):
        values = [_value(item, "==", me) for item in node.items]
        return [value for value in values if value is not None]
    if op in ("in", "not in"):
        raise _refused(node)
    if isinstance(node, Path) and len(node.keys) == 2 and node.keys[0] == "me" and node.keys[1] in _ASKED_OF_ME:
        if op not in ("==", "!="):
            raise _refused(node, message("Only numbers can be compared by size here."))
        return me.get(node.keys[1]) or None
    if not isinstance(node, Literal):
        raise _refused(node)
    if op not in ("==", "!=") and not isinstance(node.value, Decimal):
        raise _refused(node, message("Only numbers can be compared by size here."))
    return _json(node.value)


def _json(value: bool | Decimal | str | None) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
