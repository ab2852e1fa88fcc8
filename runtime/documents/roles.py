"""What a role must hold to beyond its JSON Schema: its rows must be askable of the database."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.compiling import problem_of
from runtime.expressions import ExpressionError
from runtime.expressions.rows import rule_of


def role_problems(role: Mapping[str, Any]) -> Iterator[Problem]:
    """All problems of a role alone, pointers into the role."""
    policies = role.get("policies")
    for index, policy in enumerate(policies if isinstance(policies, list) else ()):
        rows = policy.get("rows") if isinstance(policy, dict) else None
        if isinstance(rows, str):
            try:
                rule_of(rows)
            except ExpressionError as error:
                yield problem_of(f"/policies/{index}/rows", error)
