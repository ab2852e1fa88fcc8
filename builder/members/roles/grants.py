"""A role as a table: for each form which records its holders see and what they may do with them, field by field.

A form whose policies say more than such a row can (several policies, other rows) keeps its rows and acts as they
stand; which fields are seen and changed can be said of every policy.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.drafts.access import ROWS, WRITING, accesses, rows_of, with_access
from runtime.i18n import text_in

Role = dict[str, Any]
Marks = Mapping[int, tuple[Collection[str], Collection[str]]]
"""By policy (its place in the role): the fields that are seen, and those that are changed."""

ACTS = ("create", "update", "delete", "import", "export", "share")


@dataclass(frozen=True)
class Grant:
    """What a role may do with one form; `rows` is "" for nothing at all, `plain` False for what a row cannot say."""

    form: str
    title: str
    rows: str
    acts: frozenset[str]
    plain: bool
    policies: int


def grants(role: Mapping[str, Any], forms: Sequence[Mapping[str, Any]], lang: str) -> list[Grant]:
    """One row for every form of the app."""
    return [_grant(role, form, text_in(lang, form, "title") or form["key"]) for form in forms]


def granted(role: Mapping[str, Any], wanted: Mapping[str, tuple[str, Collection[str]]]) -> Role:
    """The role with other grants: `wanted` gives rows and acts by form; forms it does not name stay as they are."""
    kept = list(_kept(role, wanted))
    reached = {policy["form"] for policy in kept}
    made = [_policy({"form": form, "read": ["*"]}, *one) for form, one in wanted.items() if form not in reached]
    return {**role, "policies": [*kept, *(policy for policy in made if policy)]}


def marked(role: Role, fields: Mapping[str, Collection[str]], marks: Marks) -> Role:
    """The role with other fields seen and changed, for the policies that `marks` names; `fields` are those by form."""
    for place, wanted in marks.items():
        form = role["policies"][place]["form"]
        for field in fields.get(form, ()):
            role = _marked(role, place, form, field, (field in wanted[0], field in wanted[1]))
    return role


def _marked(role: Role, place: int, form: str, field: str, wanted: tuple[bool, bool]) -> Role:
    before = next(one for one in accesses(role, form, field) if one.place == place)
    if wanted[0] != before.reads:
        role = with_access(role, place, field, "read", wanted[0])
    return role if wanted[1] == before.writes else with_access(role, place, field, "write", wanted[1])


def _grant(role: Mapping[str, Any], form: Mapping[str, Any], title: str) -> Grant:
    policies = [policy for policy in role["policies"] if policy["form"] == form["key"]]
    if not policies:
        return Grant(form["key"], title, "", frozenset(), True, 0)
    rows, acts = rows_of(policies[0]), frozenset(policies[0].get("acts") or ())
    return Grant(form["key"], title, rows, acts, len(policies) == 1 and bool(rows), len(policies))


def _kept(role: Mapping[str, Any], wanted: Mapping[str, tuple[str, Collection[str]]]) -> Iterator[dict[str, Any]]:
    for policy in role["policies"]:
        changed = _policy(policy, *wanted[policy["form"]]) if policy["form"] in wanted else dict(policy)
        if changed:
            yield changed


def _policy(policy: Mapping[str, Any], rows: str, acts: Collection[str]) -> dict[str, Any]:
    """The policy with these rows and acts, nothing for no rows; whoever begins to write may write all."""
    if rows not in ROWS:
        return {}
    kept = {name: value for name, value in policy.items() if name != "rows"}
    rule = {} if ROWS[rows] is None else {"rows": ROWS[rows]}
    writes = policy.get("write") or (["*"] if WRITING & set(acts) else [])
    return {**kept, **rule, "write": writes, "acts": [act for act in ACTS if act in acts]}
