"""Inviting people, placing them, giving powers and roles."""

import re

import pytest
from flask import Flask

from runtime.audit import service as audit
from runtime.contracts import Actor
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD


@pytest.fixture
def crm(home) -> str:
    actor = Actor(home.tenant_id, member_id=home.member_id)
    app = releases.create_app("crm", "客户", "zh-CN", actor)
    role = {"key": "rep", "title": "销售", "x-texts": {"en": {"title": "Sales"}}, "policies": []}
    releases.add_release(app, {"key": "crm", "title": "客户", "roles": [role]}, "", actor)
    return app.id


def admin_browser(app: Flask) -> PageClient:
    """An admin who is no owner."""
    account = accounts.create_account("admin@example.com", PASSWORD)
    service.give_power("admin", service.add_member("管理", account.id).id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    return client  # type: ignore[return-value]


def test_an_invited_person_gets_a_link_that_begins_with_our_address(home, app: Flask, owner: PageClient) -> None:
    app.config["PUBLIC_URL"] = "https://trellis.example"
    sales = departments.add("销售")
    poisoned = {"X-Forwarded-Host": "evil.example", "Origin": "https://trellis.example"}
    form = {"name": "张<三>", "department": sales.id, "powers": ["admin"]}
    made = owner.post("/t/home/members", data=form, headers=poisoned)
    assert made.status_code == 201
    (secret,) = re.findall(r'value="https://trellis\.example/join/(trellis_\w{32}_[\w-]{43})"', made.text)
    assert "evil.example" not in made.text
    assert invitations.offered(secret).name == "张<三>"
    (member,) = service.search_members("张<三>")
    assert (member.name, member.department_id, service.powers()[member.id]) == ("张<三>", sales.id, {"admin"})
    assert "张&lt;三&gt;" in owner.get("/t/home/members?q=zhang").text


def test_roles_and_powers_are_given_and_taken_by_the_boxes(home, crm: str, owner: PageClient) -> None:
    member = service.add_member("张三")
    page = owner.get(f"/t/home/members/{member.id}", headers={"Accept-Language": "en"}).text
    assert "Sales" in page
    here = f"/t/home/members/{member.id}/rights"
    owner.post(here, data={"powers": ["admin"], "roles": [f"{crm}:rep", f"{crm}:none", f"{home.tenant_id}:rep", "x"]})
    assert (service.powers()[member.id], service.role_holders(crm)) == ({"admin"}, {"rep": [member.id]})
    owner.post(here, data={"roles": [f"{crm}:admin"]})
    assert (service.powers().get(member.id), service.role_holders(crm)) == (None, {"admin": [member.id]})
    owner.post("/t/home/members", data={"name": "李四", "roles": [f"{crm}:rep", f"{crm}:none"]})
    assert service.role_holders(crm)["rep"] == [service.search_members("李四")[0].id]


def test_only_an_owner_makes_or_unmakes_or_suspends_an_owner(home, app: Flask, owner: PageClient) -> None:
    admin, member = admin_browser(app), service.add_member("张三")
    assert admin.post(f"/t/home/members/{member.id}/rights", data={"powers": ["owner"]}).status_code == 403
    assert admin.post("/t/home/members", data={"name": "x", "powers": ["owner"]}).status_code == 403
    assert service.search_members("x") == []
    assert admin.post(f"/t/home/members/{home.member_id}/rights", data={}).status_code == 403
    assert admin.post(f"/t/home/members/{home.member_id}/suspend").status_code == 403
    assert admin.post(f"/t/home/members/{member.id}/suspend").status_code == 303
    assert owner.post(f"/t/home/members/{member.id}/rights", data={"powers": ["owner"]}).status_code == 303
    service.suspend_member(member.id, True)
    assert admin.post(f"/t/home/members/{member.id}/invite").status_code == 403
    assert admin.post(f"/t/home/invitations/{member.id}/withdraw").status_code == 403
    assert owner.post(f"/t/home/members/{member.id}/invite").status_code == 201


def test_the_last_owner_stays_and_the_page_says_why(home, owner: PageClient) -> None:
    for act, data in (("suspend", {}), ("rights", {"powers": ["admin"]})):
        answer = owner.post(f"/t/home/members/{home.member_id}/{act}", data=data)
        assert (answer.status_code, "at least one owner" in answer.text) == (409, True)
    assert service.powers() == {home.member_id: {"owner"}}


def test_a_suspended_member_is_restored(home, owner: PageClient) -> None:
    member = service.add_member("张三")
    owner.post(f"/t/home/members/{member.id}/suspend")
    assert not service.find_member(member.id).active
    owner.post(f"/t/home/members/{member.id}/restore")
    assert service.find_member(member.id).active


def test_what_was_done_to_whom_by_whom_stands_in_the_trail(home, crm: str, owner: PageClient) -> None:
    owner.post("/t/home/members", data={"name": "张三", "powers": ["admin"]})
    (member,) = service.search_members("张三")
    owner.post(f"/t/home/members/{member.id}/rights", data={"roles": [f"{crm}:rep"]})
    owner.post(f"/t/home/members/{member.id}/suspend")
    noted = [(entry.act, entry.actor_id, entry.about["member"]) for entry in audit.entries()]
    acts = ["member.suspended", "roles.changed", "powers.changed", "member.invited", "powers.changed"]
    assert noted == [(act, home.member_id, member.id) for act in acts]
    assert audit.entries()[1].about["given"] == [[crm, "rep"]]
    assert audit.check() is None


def test_the_list_goes_on_page_by_page(home, owner: PageClient) -> None:
    for number in range(51):
        service.add_member(f"同事 {number}")
    first = owner.get("/t/home/members").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert (first.count("member-row"), owner.get(following).text.count("member-row")) == (50, 2)


def test_a_member_without_powers_sees_none_of_this(home, app: Flask) -> None:
    account = accounts.create_account("rep@example.com", PASSWORD)
    service.add_member("销售", account.id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    for path in ("members", "departments", f"members/{home.member_id}"):
        assert client.get(f"/t/home/{path}").status_code == 403
