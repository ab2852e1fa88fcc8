"""Who may do what with which rows and fields of a form: denied unless a policy grants it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from runtime.contracts import Actor, Problem, Refused
from runtime.documents.fields import fields_of
from runtime.expressions import ME, ExpressionError, compile_expression, record_scope
from runtime.expressions.rows import Filter, Me, rule_of, to_filter
from runtime.i18n import message
from runtime.permissions.filters import holds

ADMIN = "admin"
"""The role of every app that may do all in it."""

OWNER = "owner"
"""What a policy's `write` names beside fields: to give a record to somebody else. `"*"` means that too."""

_POWERS = frozenset({"owner", "admin"})
Document = Mapping[str, Any]


def me_of(actor: Actor) -> Me:
    """Who `me` is in a rule, for one actor."""
    return {
        "id": actor.member_id,
        "name": actor.name,
        "department": actor.department_id,
        "department_path": actor.department_path,
    }


@dataclass(frozen=True)
class Policy:
    """What one policy of a role grants on the rows that its rule takes; `rule` None takes all."""

    rule: str | None
    read: frozenset[str]
    write: frozenset[str]
    acts: frozenset[str]

    def rows(self, me: Me) -> Filter | None:
        """The filter of its rows, None for all."""
        return None if self.rule is None else to_filter(self.rule, me)

    def grants(self, act: str) -> bool:
        """Whether it grants an act on its rows; "read" is granted with any field to read."""
        return bool(self.read) if act == "read" else act in self.acts


@dataclass(frozen=True)
class Rights:
    """What one actor may do with one form. A record is given as `filters.row` makes it."""

    fields: frozenset[str]
    policies: tuple[Policy, ...]
    me: Me = field(default_factory=dict)
    everything: bool = False

    def may(self, act: str) -> bool:
        """Whether an act ("read", "create", "update", "delete", "import", "export", "share") is granted on some row."""
        return self.everything or any(policy.grants(act) for policy in self.policies)

    def allows(self, act: str, record: Mapping[str, Any]) -> bool:
        """Whether an act is granted on this record."""
        return self.everything or any(policy.grants(act) for policy in self._holding(record))

    def rows(self, me: Me | None = None, act: str = "read") -> Filter | None:
        """The filter of the rows on which an act is granted: None for all rows, `{"or": []}` for none."""
        if self.everything:
            return None
        known = [policy.rows(self._me(me)) for policy in self.policies if policy.grants(act)]
        parts = [part for part in known if part is not None]
        if len(parts) < len(known):
            return None
        return parts[0] if len(parts) == 1 else {"or": parts}

    def readable(self, record: Mapping[str, Any]) -> frozenset[str]:
        """The fields shown of this record: those of the policies that take it, of no other."""
        if self.everything:
            return self.fields
        return frozenset().union(*(policy.read for policy in self._holding(record)))

    def readable_somewhere(self) -> frozenset[str]:
        """The fields shown of some row."""
        return self.fields if self.everything else frozenset().union(*(policy.read for policy in self.policies))

    def readable_alike(self) -> frozenset[str] | None:
        """The fields shown of every record, if they are the same of each; None where the record decides."""
        if self.everything:
            return self.fields
        if any(policy.rule is not None for policy in self.policies):
            return None
        return frozenset().union(*(policy.read for policy in self.policies))

    def readable_everywhere(self) -> frozenset[str]:
        """The fields shown of every row that is shown at all: only these may be filtered and sorted by."""
        if self.everything:
            return self.fields
        reading = [policy for policy in self.policies if policy.read]
        if not reading:
            return frozenset()
        always = [policy.read for policy in reading if policy.rule is None]
        return frozenset.intersection(*(policy.read for policy in reading)).union(*always)

    def writable(self, record: Mapping[str, Any], act: str = "update") -> frozenset[str]:
        """The fields that may be written with an act ("create" or "update") on this record, and OWNER if that may."""
        if self.everything:
            return self.fields | {OWNER}
        return frozenset().union(*(policy.write for policy in self._holding(record) if policy.grants(act)))

    def writable_somewhere(self) -> frozenset[str]:
        """The same of any record there may be, with any act."""
        if self.everything:
            return self.fields | {OWNER}
        return frozenset().union(*(policy.write for policy in self.policies))

    def _me(self, me: Me | None) -> Me:
        return self.me if me is None else {**self.me, **me}

    def _holding(self, record: Mapping[str, Any]) -> Iterator[Policy]:
        for policy, rows in self._filters:
            if rows is None or holds(rows, record):
                yield policy

    @cached_property
    def _filters(self) -> tuple[tuple[Policy, Filter | None], ...]:
        return tuple((policy, policy.rows(self.me)) for policy in self.policies)


class Roles:
    """The compiled roles of one release."""

    def __init__(self, fields: Mapping[str, frozenset[str]], policies: Mapping[str, Mapping[str, tuple[Policy, ...]]]):
        self._fields = fields
        self._policies = policies

    def rights(self, actor: Actor, app_id: str, form_key: str) -> Rights:
        """What an actor may do with a form of the app these roles belong to."""
        fields = self._fields.get(form_key, frozenset())
        if _may_all(actor, app_id):
            return Rights(fields, (), me_of(actor), everything=True)
        if actor.kind == "system":
            return Rights(fields, ())
        held = sorted(actor.roles.get(app_id, ()))
        policies = (policy for key in held for policy in self._policies.get(key, {}).get(form_key, ()))
        return Rights(fields, tuple(policies), me_of(actor))


def _may_all(actor: Actor, app_id: str) -> bool:
    if actor.kind == "system":
        return actor.app_id == app_id
    return bool(actor.powers & _POWERS) or ADMIN in actor.roles.get(app_id, ())


def compile_roles(role_documents: Mapping[str, Document], forms: Mapping[str, Document]) -> Roles:
    """The roles of an app, ready to answer; raises Refused with all problems."""
    schemas = {key: fields_of(form) for key, form in forms.items()}
    fields = {key: frozenset(found) for key, found in schemas.items()}
    problems = [problem for key, role in role_documents.items() for problem in role_problems(role, forms, f"/{key}")]
    if problems:
        raise Refused(problems)
    return Roles(fields, {key: _by_form(role, fields) for key, role in role_documents.items()})


def _by_form(role: Document, fields: Mapping[str, frozenset[str]]) -> dict[str, tuple[Policy, ...]]:
    found: dict[str, tuple[Policy, ...]] = {}
    for policy in role.get("policies") or ():
        form = policy["form"]
        found[form] = (*found.get(form, ()), _policy(policy, fields.get(form, frozenset())))
    return found


def _policy(policy: Document, fields: frozenset[str]) -> Policy:
    return Policy(
        rule=policy.get("rows") or None,
        read=_named(policy, "read", fields),
        write=_named(policy, "write", fields | {OWNER}),
        acts=frozenset(policy.get("acts") or ()),
    )


def _named(policy: Document, key: str, fields: frozenset[str]) -> frozenset[str]:
    listed = frozenset(policy.get(key) or ())
    named = fields if "*" in listed else listed & fields
    return named - frozenset(policy.get(f"{key}_except") or ())


def role_problems(role: Document, forms: Mapping[str, Document] | None = None, at: str = "") -> list[Problem]:
    """What is wrong with the policies of a role; without forms only what the role alone tells."""
    found: list[Problem] = []
    for index, policy in enumerate(role.get("policies") or ()):
        where = f"{at}/policies/{index}"
        fields = None
        if forms is not None:
            if policy.get("form") not in forms:
                found.append(Problem(f"{where}/form", "form", message("There is no such form.")))
                continue
            fields = fields_of(forms[policy["form"]])
            found += _field_problems(policy, fields, where)
        found += _rule_problems(policy.get("rows") or "", fields, where)
    return found


_OWNERS = {("write", OWNER), ("write_except", OWNER)}


def _field_problems(policy: Document, fields: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key in ("read", "read_except", "write", "write_except"):
        for index, name in enumerate(policy.get(key) or ()):
            if name != "*" and name not in fields and (key, name) not in _OWNERS:
                yield Problem(f"{where}/{key}/{index}", "field", message("There is no field “%(name)s”.", name=name))


def _rule_problems(rule: str, fields: Mapping[str, Any] | None, where: str) -> Iterator[Problem]:
    if not rule:
        return
    try:
        rule_of(rule)
    except ExpressionError as error:
        yield Problem(f"{where}/rows", "rows", error.message)
        return
    if fields is not None:
        found, problems = compile_expression(rule).check({"record": record_scope(fields), "me": ME})
        yield from (Problem(f"{where}/rows", "rows", problem.message) for problem in problems)
        if found.kind not in ("boolean", "any", "null"):
            yield Problem(f"{where}/rows", "rows", message("This rule must be a condition."))
