from typing import Any

import pytest

from runtime.contracts import Actor, Refused
from runtime.permissions import NO_ROWS, Roles, compile_roles, role_problems, row

VISIT = {
    "key": "visit",
    "schema": {
        "type": "object",
        "properties": {"x": {"type": "string"}, "y": {"type": "string"}, "amount": {"type": "number"}},
        "allOf": [{"if": {}, "then": {"properties": {"z": {"type": "string"}}}}],
    },
}
FORMS = {"visit": VISIT}


def role(*policies: dict[str, Any]) -> dict[str, Any]:
    return {"key": "rep", "title": "Rep", "policies": [{"form": "visit", **policy} for policy in policies]}


def rights(*policies: dict[str, Any], actor: Actor | None = None) -> Any:
    return roles(*policies).rights(actor or member(), "app", "visit")


def roles(*policies: dict[str, Any]) -> Roles:
    return compile_roles({"rep": role(*policies)}, FORMS)


def member(**more: Any) -> Actor:
    held = {"roles": {"app": frozenset({"rep"})}, "department_path": "top/north/", **more}
    return Actor(tenant_id="t", member_id="m1", **held)


def visit(owner: str = "m1", department: str = "top/north/", **data: Any) -> dict[str, Any]:
    return row(data, "r1", owner, department)


OWN = {"rows": "record.owner == me.id", "read": ["*"], "write": ["x"], "acts": ["update"]}


def test_nothing_is_granted_without_a_policy() -> None:
    nothing = rights()
    assert not any(nothing.may(act) for act in ("read", "create", "update", "delete", "import", "export"))
    assert nothing.rows() == NO_ROWS
    assert nothing.readable(visit()) == nothing.writable(visit()) == nothing.readable_everywhere() == frozenset()


def test_what_is_shown_of_every_record_alike_is_said_once() -> None:
    plain = rights({"read": ["x"]}, {"read": ["y"]})
    assert plain.readable_alike() == plain.readable(visit()) == {"x", "y"}
    assert rights({"read": ["x"]}, OWN).readable_alike() is None
    everything = rights(actor=member(powers=frozenset({"owner"})))
    assert everything.readable_alike() == everything.readable(visit()) == {"x", "y", "z", "amount"}
    assert rights().readable_alike() == frozenset()


def test_a_record_is_given_away_by_who_may_write_all_of_it_or_is_named_for_that() -> None:
    def may_give(*write: str, **more: Any) -> bool:
        return "owner" in rights({"read": ["*"], "write": list(write), "acts": ["update"], **more}).writable(visit())

    assert [may_give("*"), may_give("x", "owner"), may_give("x")] == [True, True, False]
    assert not may_give("*", write_except=["owner"])
    assert not may_give("*", rows="record.owner == me.department")
    assert role_problems(role({"write": ["owner"]}), FORMS) == []
    assert [one.pointer for one in role_problems(role({"read": ["owner"]}), FORMS)] == ["/policies/0/read/0"]


@pytest.mark.parametrize(
    "actor",
    [
        member(roles={"other": frozenset({"rep", "admin"})}),
        member(roles={"app": frozenset({"unknown"})}),
        Actor(tenant_id="t", kind="system", app_id="other"),
        Actor(tenant_id="t", kind="system"),
    ],
)
def test_a_role_of_another_app_grants_nothing(actor: Actor) -> None:
    found = rights({"read": ["*"], "acts": ["create"]}, actor=actor)
    assert (found.may("read"), found.may("create"), found.rows()) == (False, False, NO_ROWS)


@pytest.mark.parametrize(
    "actor",
    [
        member(roles={"app": frozenset({"admin"})}),
        member(roles={}, powers=frozenset({"owner"})),
        member(roles={}, powers=frozenset({"admin"})),
        Actor(tenant_id="t", kind="system", app_id="app"),
    ],
)
def test_admins_and_the_apps_own_principal_may_all(actor: Actor) -> None:
    found = rights(actor=actor)
    assert found.may("delete")
    assert found.allows("delete", visit("m2"))
    assert found.rows() is None
    assert found.readable(visit("m2")) == {"x", "y", "z", "amount"}
    assert found.writable(visit("m2")) == found.writable_somewhere() == {"x", "y", "z", "amount", "owner"}


def test_another_power_is_no_right() -> None:
    assert not rights(actor=member(roles={}, powers=frozenset({"billing"}))).may("read")


def test_t12_two_policies_show_their_fields_on_their_own_rows_only() -> None:
    found = rights(
        {"rows": "record.owner == me.id", "read": ["x"], "write": ["x"], "acts": ["update"]},
        {"rows": "record.department == me.department", "read": ["y"], "write": ["y"], "acts": ["delete"]},
    )
    own, near, both = visit("m1", "top/south/"), visit("m2", "top/north/city/"), visit("m1", "top/north/")
    assert [found.readable(one) for one in (own, near, both)] == [{"x"}, {"y"}, {"x", "y"}]
    assert [found.writable(one) for one in (own, near, both)] == [{"x"}, frozenset(), {"x"}]
    assert [found.allows("delete", one) for one in (own, near, both)] == [False, True, True]
    assert found.readable(visit("m2", "top/south/")) == frozenset()
    assert found.readable_everywhere() == frozenset()


def test_t12_an_act_of_one_policy_does_not_open_the_fields_of_another() -> None:
    found = rights(
        {"rows": "record.owner == me.id", "read": ["*"], "write": ["x"], "acts": ["update"]},
        {"read": ["y"], "write": ["y"], "acts": ["create"]},
    )
    assert found.writable(visit("m1"), "update") == {"x"}
    assert found.writable(visit("m1"), "create") == {"y"}
    assert found.writable(visit("m2"), "update") == frozenset()


def test_lists_filter_by_the_rows_of_every_policy_that_reads() -> None:
    found = rights(OWN, {"rows": "record.x == 'open'", "read": ["x"]}, {"acts": ["delete"]})
    mine = {"field": "owner", "op": "eq", "value": "m1"}
    assert found.rows() == {"or": [mine, {"field": "x", "op": "eq", "value": "open"}]}
    assert found.rows(act="update") == mine
    assert found.rows(act="delete") is None
    assert found.rows(act="export") == NO_ROWS


def test_one_policy_over_all_rows_shows_all_rows() -> None:
    found = rights(OWN, {"read": ["x"]})
    assert found.rows() is None
    assert found.readable(visit("m2")) == {"x"}
    assert found.readable_everywhere() == {"x"}


def test_only_fields_shown_on_every_row_may_be_filtered_by() -> None:
    found = rights({"rows": "record.owner == me.id", "read": ["x", "y"]}, {"rows": "record.x == 'a'", "read": ["x"]})
    assert found.readable_everywhere() == {"x"}


def test_a_star_is_every_field_of_the_form_and_no_more() -> None:
    assert rights({"read": ["*"]}).readable(visit(secret="s")) == {"x", "y", "z", "amount"}


def test_who_has_no_membership_owns_no_unowned_rows() -> None:
    found = rights(OWN, actor=Actor("t", roles={"app": frozenset({"rep"})}))
    assert found.readable(row({}, "r1", None, "")) == frozenset()


def test_me_can_be_given_for_somebody_else() -> None:
    assert rights(OWN).rows({"id": "m7"}) == {"field": "owner", "op": "eq", "value": "m7"}


@pytest.mark.parametrize(
    ("policy", "pointer"),
    [
        ({"rows": "record.owner.department == 'x'"}, "/policies/0/rows"),
        ({"rows": "record.owner =="}, "/policies/0/rows"),
        ({"rows": "record.unknown == 1"}, "/policies/0/rows"),
        ({"rows": "record.amount == 'x'"}, "/policies/0/rows"),
        ({"rows": "record.x"}, "/policies/0/rows"),
        ({"read": ["x", "unknown"]}, "/policies/0/read/1"),
        ({"write": ["unknown"]}, "/policies/0/write/0"),
        ({"form": "nowhere"}, "/policies/0/form"),
    ],
)
def test_a_policy_that_cannot_work_is_a_problem_at_its_place(policy: dict[str, Any], pointer: str) -> None:
    assert [problem.pointer for problem in role_problems(role(policy), FORMS)] == [pointer]
    with pytest.raises(Refused) as refused:
        roles(policy)
    assert refused.value.problems[0].pointer == "/rep" + pointer


def test_an_exception_is_neither_read_nor_written_whoever_else_is_in_the_list() -> None:
    found = rights({**OWN, "write": ["*"], "read_except": ["amount"], "write_except": ["amount", "y"]})
    assert found.readable(visit()) == {"x", "y", "z"}
    assert found.writable(visit()) == {"x", "z", "owner"}
    assert found.readable_everywhere() == {"x", "y", "z"}


def test_an_exception_for_a_field_that_is_not_there_is_a_problem() -> None:
    (problem,) = role_problems(role({**OWN, "read_except": ["amuont"]}), FORMS)
    assert problem.pointer == "/policies/0/read_except/0"
