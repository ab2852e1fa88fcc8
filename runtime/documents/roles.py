"""What a role must hold to beyond its JSON Schema: its rows must be askable of the database."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.compiling import compiled
from runtime.expressions.tree import Compare, ListOf, Literal, Logic, Node, Path, Unary
from runtime.i18n import message


def role_problems(role: Mapping[str, Any]) -> Iterator[Problem]:
    """All problems of a role alone, pointers into the role."""
    policies = role.get("policies")
    for index, policy in enumerate(policies if isinstance(policies, list) else ()):
        if isinstance(policy, dict):
            at = f"/policies/{index}/rows"
            expression, problems = compiled(at, policy.get("rows"))
            yield from problems
            if expression is not None and not _is_condition(expression.tree):
                why = message(
                    "This cannot be asked of the database: compare the record's own fields with values or “me”, "
                    "joined by and, or, not."
                )
                yield Problem(at, "rows", why)


def _is_condition(node: Node) -> bool:
    if isinstance(node, Logic):
        return all(map(_is_condition, node.parts))
    if isinstance(node, Unary):
        return node.op == "not" and _is_condition(node.operand)
    if isinstance(node, Compare):
        sides = (_side(node.left), _side(node.right))
        return None not in sides and "record" in sides
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    return _side(node) == "record"


def _side(node: Node) -> str | None:
    """What one side of a comparison is: "record", "me", "value", or None for what no query can say."""
    if isinstance(node, Literal):
        return "value"
    if isinstance(node, Unary) and node.op in "+-":
        return "value" if _side(node.operand) == "value" else None
    if isinstance(node, ListOf):
        return "value" if all(_side(item) in ("value", "me") for item in node.items) else None
    if isinstance(node, Path) and not node.local and len(node.keys) == 2 and node.keys == node.names:
        return str(node.keys[0]) if node.keys[0] in ("record", "me") else None
    return None
