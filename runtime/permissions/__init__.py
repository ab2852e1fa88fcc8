"""Rights: role documents compiled to policies, and the rows they are about as filters."""

from runtime.expressions.rows import ALL_ROWS, NO_ROWS, Filter, Me, rule_of, to_filter
from runtime.permissions.filters import Asked, holds, in_small, row
from runtime.permissions.roles import ADMIN, OWNER, Policy, Rights, Roles, compile_roles, me_of, role_problems

__all__ = [
    "ADMIN",
    "ALL_ROWS",
    "NO_ROWS",
    "OWNER",
    "Asked",
    "Filter",
    "Me",
    "Policy",
    "Rights",
    "Roles",
    "compile_roles",
    "holds",
    "in_small",
    "me_of",
    "role_problems",
    "row",
    "rule_of",
    "to_filter",
]
