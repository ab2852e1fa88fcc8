"""The tree of departments, and the rights to records that follow it."""

import re
import time

import pytest
from flask import Flask
from sqlalchemy import event

from builder.members.tree import tree
from runtime.audit import service as audit
from runtime.contracts import Actor, Change
from runtime.db import db, transaction
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.identity.models import Department
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HERE = "/t/home/departments"
OWN = {"form": "customer", "rows": "record.department == me.department", "read": ["*"], "write": [], "acts": []}
MANAGER = {"key": "manager", "title": "经理", "policies": [OWN]}


class Firm:
    """East with a rep who owns a customer, North with nobody, and a manager of either who sees the own department."""

    def __init__(self, home: Home) -> None:
        actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
        self.app = releases.create_app("crm", "客户", "zh-CN", actor)
        form = {"key": "customer", "title": "客户", "schema": {"properties": {"name": {"type": "string"}}}}
        releases.add_release(self.app, {"key": "crm", "title": "客户", "forms": [form], "roles": [MANAGER]}, "", actor)
        self.east, self.north = departments.add("华东"), departments.add("华北")
        self.city = departments.add("上海", self.east.id)
        self.rep = identity.add_member("销售", department_id=self.city.id)
        self.managers = {one.id: self.manager(one) for one in (self.east, self.north)}
        records.change(Change(self.app.id, "customer", "create", {"name": "华兴"}, owner_id=self.rep.id), actor)

    def manager(self, department: Department) -> str:
        account = accounts.create_account(f"{department.id[-6:]}@example.com", PASSWORD)
        member = identity.add_member("经理", account.id, department.id)
        identity.give_role(self.app.id, "manager", member.id)
        return member.id

    def seen_by(self, department: Department) -> int:
        actor, _ = doors.actor_of(self.managers[department.id])  # type: ignore[misc]
        return len(records.page(self.app.id, "customer", records.Query(), actor).items)


@pytest.fixture
def firm(home: Home) -> Firm:
    return Firm(home)


def test_a_department_that_moves_takes_the_sight_of_its_records_along_at_once(firm: Firm, owner: PageClient) -> None:
    assert (firm.seen_by(firm.east), firm.seen_by(firm.north)) == (1, 0)
    assert owner.post(f"{HERE}/{firm.city.id}/move", data={"parent": firm.north.id}).status_code == 303
    assert (firm.seen_by(firm.east), firm.seen_by(firm.north)) == (0, 1)
    assert owner.post(f"{HERE}/{firm.city.id}/move", data={}).status_code == 303
    assert (firm.seen_by(firm.east), firm.seen_by(firm.north)) == (0, 0)
    noted = audit.entries(limit=1)[0]
    assert (noted.act, noted.about["records"]) == ("department.changed", 1)


def test_a_department_with_people_goes_only_when_somebody_takes_them(firm: Firm, owner: PageClient) -> None:
    assert owner.post(f"{HERE}/{firm.east.id}/remove").status_code == 409
    into_itself = owner.post(f"{HERE}/{firm.east.id}/remove", data={"to": firm.city.id})
    assert (into_itself.status_code, "moved into itself" in into_itself.text) == (409, True)
    assert owner.post(f"{HERE}/{firm.east.id}/remove", data={"to": firm.north.id}).status_code == 303
    assert [one.title for one in departments.ordered()] == ["华北", "上海"]
    assert identity.find_member(firm.managers[firm.east.id]).department_id == firm.north.id
    assert (firm.seen_by(firm.east), firm.seen_by(firm.north)) == (1, 1)
    owner.post(f"{HERE}/{firm.city.id}/remove", data={"to": firm.north.id})
    assert identity.find_member(firm.rep.id).department_id == firm.north.id
    assert firm.seen_by(firm.north) == 1


@SQLITE
def test_departments_are_added_renamed_led_and_removed(home: Home, owner: PageClient) -> None:
    owner.post(HERE, data={"title": "销售", "manager": home.member_id})
    (sales,) = departments.ordered()
    owner.post(HERE, data={"title": "华<东>", "parent": sales.id})
    east = departments.ordered()[1]
    assert (sales.manager_id, east.parent_id) == (home.member_id, sales.id)
    page = owner.get(f"{HERE}?at={east.id}").text
    assert ("华&lt;东&gt;" in page, "李娜" in page) == (True, True)
    moved = owner.post(f"{HERE}/{sales.id}", data={"title": "销售", "parent": east.id})
    assert (moved.status_code, "moved into itself" in moved.text) == (409, True)
    assert owner.post(HERE, data={"title": " "}).status_code == 422
    owner.post(f"{HERE}/{east.id}/remove")
    assert [department.title for department in departments.ordered()] == ["销售"]


def shape() -> list[tuple[int, str]]:
    """The tree as it is drawn: depth and title."""
    return [(depth, one.title) for depth, one in tree(departments.ordered())]


def test_a_department_goes_by_one_step_up_down_in_and_out(firm: Firm, owner: PageClient) -> None:
    def step(way: str, one: Department = firm.north) -> list[tuple[int, str]]:
        assert owner.post(f"{HERE}/{one.id}/{way}").status_code == 303
        return shape()

    assert shape() == [(0, "华东"), (1, "上海"), (0, "华北")]
    assert step("up") == [(0, "华北"), (0, "华东"), (1, "上海")]
    assert step("up") == [(0, "华北"), (0, "华东"), (1, "上海")]
    assert step("down") == [(0, "华东"), (1, "上海"), (0, "华北")]
    assert step("in") == [(0, "华东"), (1, "上海"), (1, "华北")]
    assert step("up") == [(0, "华东"), (1, "华北"), (1, "上海")]
    assert firm.seen_by(firm.east) == 1
    assert step("out", firm.city) == [(0, "华东"), (1, "华北"), (0, "上海")]
    assert firm.seen_by(firm.east) == 0
    page = owner.get(f"{HERE}?at={firm.city.id}").text
    assert re.findall(r"/(up|down|in|out)\"[^>]*? disabled", page) == ["down", "out"]


@SQLITE
def test_a_tree_of_three_hundred_is_drawn_with_few_questions(home: Home, app: Flask, owner: PageClient) -> None:
    with transaction():
        tops = [departments.add(f"大区 {number:02}") for number in range(15)]
        for top in tops:
            for number in range(19):
                departments.add(f"{top.title} {number:02}", top.id)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    start = time.process_time()
    page = owner.get(f"{HERE}?at={tops[0].id}").text
    taken = time.process_time() - start
    assert page.count('draggable="true"') == 300
    assert len([one for one in asked if one.startswith("SELECT")]) <= 14
    assert len(re.findall(r"<option", page)) < 1_400
    assert taken < 1
