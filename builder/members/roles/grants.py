"""A role as a table: for each form which records its holders see and what they may do with them.

A form whose policies say more than such a row can (several policies, chosen fields, other rows) is left as it stands.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.i18n import text_in

Role = dict[str, Any]

ACTS = ("create", "update", "delete", "import", "export", "share")
ROWS: Mapping[str, str | None] = {
    "all": None,
    "department": "record.department == me.department",
    "own": "record.owner == me.id",
}
"""Which records, and the rule that says so."""


@dataclass(frozen=True)
class Grant:
    """What a role may do with one form; `rows` is "" for nothing at all, `plain` False for what a row cannot say."""

    form: str
    title: str
    rows: str
    acts: frozenset[str]
    plain: bool


def grants(role: Mapping[str, Any], forms: Sequence[Mapping[str, Any]], lang: str) -> list[Grant]:
    """One row for every form of the app."""
    return [_grant(role, form, text_in(lang, form, "title") or form["key"]) for form in forms]


def granted(role: Mapping[str, Any], wanted: Mapping[str, tuple[str, Collection[str]]]) -> Role:
    """The role with other grants: `wanted` gives rows and acts by form; forms it does not name stay as they are."""
    kept = [policy for policy in role["policies"] if policy["form"] not in wanted]
    made = [_policy(form, rows, acts) for form, (rows, acts) in wanted.items() if rows in ROWS]
    return {**role, "policies": [*kept, *made]}


def _grant(role: Mapping[str, Any], form: Mapping[str, Any], title: str) -> Grant:
    policies = [policy for policy in role["policies"] if policy["form"] == form["key"]]
    if not policies:
        return Grant(form["key"], title, "", frozenset(), True)
    policy = policies[0]
    rows = next((name for name, rule in ROWS.items() if rule == policy.get("rows")), "")
    acts = frozenset(policy.get("acts") or ())
    plain = (
        len(policies) == 1
        and bool(rows)
        and {**policy, "acts": acts} == {**_policy(form["key"], rows, acts), "acts": acts}
    )
    return Grant(form["key"], title, rows, acts, plain)


def _policy(form: str, rows: str, acts: Collection[str]) -> dict[str, Any]:
    rule = {} if ROWS[rows] is None else {"rows": ROWS[rows]}
    writes = ["*"] if {"create", "update", "import"} & set(acts) else []
    return {"form": form, **rule, "read": ["*"], "write": writes, "acts": [act for act in ACTS if act in acts]}
