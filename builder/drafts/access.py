"""Who may see and who may change a question: the field lists of a role's policies, read and written field by field.

A list is "all but" (`"*"` with exceptions beside it) or "only these": a mark set or taken keeps the kind of its list,
so that a question made later stays where "all" put it. Which rows a policy takes is never touched here.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from runtime.permissions import OWNER

Role = dict[str, Any]
Policy = Mapping[str, Any]
List = Literal["read", "write"]

LISTS: tuple[List, List] = ("read", "write")
WRITING = frozenset({"create", "update", "import"})
ROWS: Mapping[str, str | None] = {
    "all": None,
    "department": "record.department == me.department",
    "own": "record.owner == me.id",
}
"""Which records a policy takes, for the rules that have a name of their own."""


@dataclass(frozen=True)
class Access:
    """What one policy (`place` in its role) says of one field; `rows` is a name of `ROWS`, else "" and `rule` says."""

    place: int
    rows: str
    rule: str
    reads: bool
    writes: bool
    may_write: bool


def rows_of(policy: Policy) -> str:
    """The name of the rows that a policy takes; "" where its rule has none."""
    return next((name for name, rule in ROWS.items() if rule == (policy.get("rows") or None)), "")


def accesses(role: Mapping[str, Any], form: str, field: str) -> Iterator[Access]:
    """What a role's policies of a form say of a field, in their order."""
    for place, policy in enumerate(role["policies"]):
        if policy["form"] == form:
            reads, writes = (_names(policy, kind, field) for kind in LISTS)
            may_write = bool(WRITING & set(policy.get("acts") or ()))
            yield Access(place, rows_of(policy), policy.get("rows") or "", reads, writes and may_write, may_write)


def with_access(role: Mapping[str, Any], place: int, field: str, kind: List, wanted: bool) -> Role:
    """The role with a field in or out of a policy's list; what is written is seen, what is unseen is not written.

    Raises IndexError for a policy that is not there.
    """
    kept = deepcopy(dict(role))
    policy = kept["policies"][place]
    _put(policy, kind, field, wanted)
    other = "read" if kind == "write" else "write"
    if wanted == (kind == "write"):
        _put(policy, other, field, wanted)
    return kept


def without_unknown(role: Mapping[str, Any], fields: Mapping[str, Iterable[str]]) -> Role:
    """The role naming only `fields` of each form: what was taken out of a form is named no more."""
    kept = deepcopy(dict(role))
    for policy in kept["policies"]:
        known = {"*", OWNER, *fields.get(policy["form"], ())}
        for name in (*LISTS, *map(_except, LISTS)):
            if name in policy:
                policy[name] = [field for field in policy[name] if field in known]
    return kept


def unknown(role: Mapping[str, Any], fields: Mapping[str, Iterable[str]]) -> list[str]:
    """The fields that a role names although their forms have them no more."""
    found = {
        field: None
        for policy in role["policies"] if policy["form"] in fields
        for name in (*LISTS, *map(_except, LISTS))
        for field in policy.get(name) or ()
        if field not in ("*", OWNER) and field not in fields[policy["form"]]
    }  # fmt: skip
    return list(found)


def _except(kind: str) -> str:
    return f"{kind}_except"


def _names(policy: Policy, kind: str, field: str) -> bool:
    listed = policy.get(kind) or ()
    return (field in listed or "*" in listed) and field not in (policy.get(_except(kind)) or ())


def _put(policy: dict[str, Any], kind: str, field: str, wanted: bool) -> None:
    if _names(policy, kind, field) == wanted:
        return
    is_all = "*" in (policy.get(kind) or ())
    _edit(policy, kind, field, wanted and not is_all)
    _edit(policy, _except(kind), field, is_all and not wanted)


def _edit(policy: dict[str, Any], name: str, field: str, wanted: bool) -> None:
    """One list with the field or without; an empty list of exceptions is none at all."""
    others = [other for other in policy.get(name) or () if other != field]
    policy[name] = [*others, field] if wanted else others
    if name.endswith("_except") and not policy[name]:
        del policy[name]
