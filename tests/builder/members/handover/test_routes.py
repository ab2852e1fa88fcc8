"""The pages of a hand-over."""

import pytest
from flask import Flask

from runtime import queue
from runtime.audit import service as audit
from runtime.contracts import Actor, Change
from runtime.flows.draining import service as draining
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.notices import service as notices
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


LEGAL = {"type": "string", "title": "负责法务", "x-ref": {"person": True}}


class Leaving:
    """张三 leaves, with a customer, a role, a department, a notice, and a flow that names him; 王五 stays."""

    def __init__(self, home: Home) -> None:
        actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
        account = accounts.create_account("zhang@example.com", PASSWORD)
        self.who, self.heir = identity.add_member("张三", account.id), identity.add_member("王<五>")
        self.session, self.token = doors.open_session(account), doors.issue_token(self.who.id, ["records:read"])
        self.department = departments.add("华南", manager_id=self.who.id)
        app = releases.create_app("crm", "客户", "zh-CN", actor)
        form = {
            "key": "customer",
            "title": "客户档案",
            "schema": {
                "properties": {"name": {"type": "string"}, "legal": LEGAL},
                "if": {"properties": {"name": {"const": "华兴"}}, "required": ["name"]},
                "then": {"properties": {"partner": {**LEGAL, "title": "渠道伙伴"}}},
            },
        }
        tell = {"id": "n", "type": "notify", "config": {"to": [{"user": f"'{self.who.id}'"}], "title": "新"}}
        flow = {"key": "tell", "title": "告诉张三", "nodes": [tell], "edges": []}
        role = {"key": "rep", "title": "销售代表", "policies": []}
        whole = {"key": "crm", "title": "客户", "forms": [form], "flows": [flow], "roles": [role]}
        releases.add_release(app, whole, "", actor)
        identity.give_role(app.id, "rep", self.who.id)
        answers = {"name": "华兴", "legal": self.who.id, "partner": self.who.id}
        records.change(Change(app.id, "customer", "create", answers, owner_id=self.who.id), actor)
        notices.send([self.who.id], "新客户")
        self.app = app
        self.here = f"/t/home/members/{self.who.id}/handover"

    def all_to_heir(self) -> dict[str, str]:
        keys = (
            f"records:{self.app.id}:customer",
            f"records:{self.app.id}:customer:legal",
            f"records:{self.app.id}:customer:partner",
            f"role:{self.app.id}:rep",
            f"department:{self.department.id}",
        )
        return {f"to.{key}": self.heir.id for key in (*keys, "notices")}


@pytest.fixture
def leaving(home: Home) -> Leaving:
    return Leaving(home)


def test_the_page_says_all_that_a_person_has_and_what_names_the_person(leaving: Leaving, owner: PageClient) -> None:
    page = owner.get(f"{leaving.here}?with={leaving.heir.id}").text
    for told in (
        "客户档案 · 负责法务",
        "客户档案 · 渠道伙伴",
        "销售代表",
        "华南",
        "告诉张三",
        "/a/crm/build/flows/tell",
        "王&lt;五&gt;",
    ):
        assert told in page
    assert page.count('<option value="' + leaving.heir.id) == 6
    assert "王&lt;五&gt;" in owner.get(f"{leaving.here}?q=wang").text


def test_t14_who_leaves_is_out_at_once_and_nothing_is_left(
    app: Flask, home: Home, leaving: Leaving, owner: PageClient
) -> None:
    assert owner.post(leaving.here, data=leaving.all_to_heir()).status_code == 303
    visitor = doors.identify(leaving.session, "home")
    assert visitor
    assert (doors.actor_of(visitor.member_id or ""), doors.identify_token(leaving.token)) == (None, None)
    assert identity.role_holders(leaving.app.id) == {"rep": [leaving.heir.id]}
    assert departments.find(leaving.department.id).manager_id == leaving.heir.id
    assert (notices.unread(leaving.who.id), notices.unread(leaving.heir.id)) == (0, 1)
    assert 'hx-trigger="every 2s"' in owner.get(f"{leaving.here}/progress").text
    assert "Who gets what?" not in owner.get(leaving.here).text
    draining.drain(app.config)
    page = owner.get(leaving.here).text
    assert ("3 of 3 moved" in page, "Nothing is left" in page, "every 2s" in page) == (True, True, False)
    assert [entry.act for entry in audit.entries(limit=2)] == ["member.handed_over", "member.suspended"]
    assert owner.post(f"{leaving.here}/undo").status_code == 303
    draining.drain(app.config)
    assert "1 given back" in owner.get(leaving.here).text


def test_what_nobody_takes_over_is_still_listed_afterwards(app: Flask, leaving: Leaving, owner: PageClient) -> None:
    owner.post(leaving.here, data={f"to.role:{leaving.app.id}:rep": leaving.heir.id})
    draining.drain(app.config)
    page = owner.get(leaving.here).text
    assert ("客户档案" in page, "华南" in page, "销售代表" in page) == (True, True, False)


def test_t07_nobody_who_is_elsewhere_or_shut_out_takes_over(home: Home, leaving: Leaving, owner: PageClient) -> None:
    identity.suspend_member(leaving.heir.id)
    for successor, status in ((leaving.heir.id, 422), (leaving.who.id, 422), (home.tenant_id, 404)):
        answer = owner.post(leaving.here, data={"to.notices": successor})
        assert answer.status_code == status
    assert identity.find_member(leaving.who.id).active


def test_the_last_owner_does_not_leave(home: Home, leaving: Leaving, owner: PageClient) -> None:
    here = f"/t/home/members/{home.member_id}/handover"
    assert owner.post(here, data={"to.notices": leaving.heir.id}).status_code == 409
    assert identity.find_member(home.member_id).active
