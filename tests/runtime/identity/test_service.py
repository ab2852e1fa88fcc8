"""Tenants, members, roles."""

import pytest
from flask import Flask

from runtime.contracts import Conflict, NotFound, Refused
from runtime.db import db, new_id, tenant
from runtime.identity import service
from runtime.identity.departments import service as departments
from runtime.identity.finding.service import resolve_people
from tests.together import at_once


def test_a_tenant_key_is_taken_once(home) -> None:
    with pytest.raises(Refused):
        service.create_tenant("home", "Another")
    assert service.this_tenant().title == "Home"


def test_the_last_owner_can_neither_step_down_nor_be_suspended(home) -> None:
    for last in (lambda: service.take_power("owner", home.member_id), lambda: service.suspend_member(home.member_id)):
        with pytest.raises(Conflict):
            last()
    second = service.add_member("王五")
    service.give_power("owner", second.id)
    service.suspend_member(home.member_id)
    with pytest.raises(Conflict):
        service.take_power("owner", second.id)


def test_t41_of_two_owners_who_shut_each_other_out_at_once_one_stays(app: Flask, home) -> None:
    second = service.add_member("王五")
    service.give_power("owner", second.id)
    acts = [lambda id=id: service.suspend_member(id) for id in (home.member_id, second.id)]
    came = at_once(app, home.tenant_id, *acts)
    assert sorted(type(one).__name__ for one in came) == ["Conflict", "NoneType"]


def test_members_are_found_by_part_of_name_pinyin_or_initials(home) -> None:
    service.add_member("张三丰")
    gone = service.add_member("张三")
    service.suspend_member(gone.id)
    for text in ("三", "sanf", "ZSF", "zsf"):
        assert [member.name for member in service.search_members(text)] == ["张三丰"]
    assert service.search_members("%") == []


def test_names_of_suspended_members_are_still_told(home) -> None:
    gone = service.add_member("张三")
    service.suspend_member(gone.id)
    assert service.member_names([gone.id, new_id(), "nonsense"]) == {gone.id: "张三"}


def test_people_are_found_through_departments_and_roles(home) -> None:
    sales = departments.add("销售", manager_id=home.member_id)
    rep = service.add_member("张三", department_id=departments.add("华东", sales.id).id)
    app_id = new_id()
    service.give_role(app_id, "director", home.member_id)
    service.change_member(home.member_id, "李娜", sales.id)
    assert resolve_people([{"manager_of": rep.id}], app_id) == [home.member_id]
    assert resolve_people([{"role": "director", "in": rep.department_id}], app_id) == [home.member_id]
    assert resolve_people([{"role": "director"}], new_id()) == []
    assert set(resolve_people([{"department": sales.id}], app_id)) == {home.member_id, rep.id}


def test_a_role_is_given_once_and_taken(home) -> None:
    app_id = new_id()
    for _ in range(2):
        service.give_role(app_id, "rep", home.member_id)
    assert service.role_holders(app_id) == {"rep": [home.member_id]}
    service.take_role(app_id, "rep", home.member_id)
    assert service.role_holders(app_id) == {}


def test_a_role_or_power_that_two_give_at_once_is_held_once(app: Flask, home) -> None:
    member, app_id = service.add_member("王五").id, new_id()
    for number in range(5):
        twice = [lambda role=f"rep{number}": service.give_role(app_id, role, member)] * 2
        assert at_once(app, home.tenant_id, *twice) == [None, None]
    assert at_once(app, home.tenant_id, *[lambda: service.give_power("admin", member)] * 2) == [None, None]
    db.session.rollback()
    assert service.role_holders(app_id) == {f"rep{number}": [member] for number in range(5)}
    assert service.powers()[member] == {"admin"}


def test_t07_ids_of_another_tenants_people_are_not_found(home) -> None:
    department = departments.add("销售")
    other = service.create_tenant("other", "Other")
    with tenant(other.id):
        for look in (
            lambda: service.find_member(home.member_id),
            lambda: service.add_member("x", department_id=department.id),
            lambda: service.give_role(new_id(), "rep", home.member_id),
            lambda: departments.change(department.id, "x", None, None),
        ):
            with pytest.raises(NotFound):
                look()
        assert service.member_names([home.member_id]) == {}
        assert resolve_people([{"user": home.member_id}], new_id()) == []
    with tenant(home.tenant_id):
        assert service.powers() == {home.member_id: {"owner"}}
