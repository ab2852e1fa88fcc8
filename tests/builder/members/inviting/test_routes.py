"""The page of invitations."""

import html
import re

import pytest
from flask import Flask

from runtime import queue
from runtime.audit import service as audit
from runtime.contracts import Actor, Change
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HERE = "/t/home/invitations"


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


@pytest.fixture
def crm(home: Home) -> str:
    actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
    app = releases.create_app("crm", "客户", "zh-CN", actor)
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    form = {"key": "customer", "title": "客户", "schema": schema}
    role = {"key": "rep", "title": "销售", "policies": []}
    releases.add_release(app, {"key": "crm", "title": "客户", "forms": [form], "roles": [role]}, "", actor)
    return app.id


def test_many_are_invited_at_once_with_what_they_will_hold(home: Home, crm: str, owner: PageClient) -> None:
    sales = departments.add("销售")
    form = {"addresses": "张三 <zhang@x.cn>\nli@x.cn", "department": sales.id, "roles": [f"{crm}:rep", f"{crm}:none"]}
    assert owner.post(HERE, data=form | {"powers": "admin"}).status_code == 303
    seats = {made.mail: member for member, made in invitations.waiting()}
    assert {(mail, one.name, one.department_id) for mail, one in seats.items()} == {
        ("zhang@x.cn", "张三", sales.id), ("li@x.cn", "li", sales.id),
    }  # fmt: skip
    assert sorted(service.role_holders(crm)["rep"]) == sorted(one.id for one in seats.values())
    assert all(service.powers()[one.id] == {"admin"} for one in seats.values())
    again = owner.post(HERE, data={"addresses": "zhang@x.cn, LI@example.com, neu@x.cn"}, follow_redirects=True)
    assert "zhang@x.cn, li@example.com" in again.text
    assert len(invitations.waiting()) == 3


def test_one_wrong_address_sends_nothing_and_keeps_what_was_typed(home: Home, owner: PageClient) -> None:
    answer = owner.post(HERE, data={"addresses": "zhang@x.cn\n<b>li</b>"})
    assert (answer.status_code, "“&lt;b&gt;li&lt;/b&gt;” is no mail address" in answer.text) == (422, True)
    assert "zhang@x.cn\n&lt;b&gt;li&lt;/b&gt;</textarea>" in answer.text.replace("\r", "")
    many = "\n".join(f"n{number}@x.cn" for number in range(201))
    for text in ("", " , ", many):
        assert owner.post(HERE, data={"addresses": text}).status_code == 422
    assert invitations.waiting() == []


def test_an_invitation_is_sent_again_and_taken_back_with_its_seat(home: Home, crm: str, owner: PageClient) -> None:
    owner.post(HERE, data={"addresses": "zhang@x.cn", "roles": f"{crm}:rep"})
    ((member, first),) = invitations.waiting()
    assert owner.post(f"{HERE}/{member.id}/again").status_code == 303
    ((_, second),) = invitations.waiting()
    assert (second.id != first.id, second.mail) == (True, "zhang@x.cn")
    assert owner.post(f"{HERE}/{member.id}/withdraw").status_code == 303
    assert (invitations.waiting(), service.search_members("zhang"), service.role_holders(crm)) == ([], [], {})
    acts = [entry.act for entry in audit.entries()]
    assert acts == ["invitation.withdrawn", "member.invited", "member.invited", "roles.changed"]


def test_a_seat_for_which_records_are_kept_is_shut_not_lost(home: Home, crm: str, owner: PageClient) -> None:
    owner.post(HERE, data={"addresses": "zhang@x.cn"})
    ((member, _),) = invitations.waiting()
    actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
    records.change(Change(crm, "customer", "create", {"name": "华兴"}, owner_id=member.id), actor)
    owner.post(f"{HERE}/{member.id}/withdraw")
    assert not service.find_member(member.id).active


def test_t35_a_link_for_a_group_is_shown_with_its_code_and_revoked(
    home: Home, crm: str, app: Flask, owner: PageClient
) -> None:
    app.config["PUBLIC_URL"] = "https://trellis.example"
    headers = {"Origin": "https://trellis.example", "X-Forwarded-Host": "evil.example"}
    form = {"title": "春季<新人>", "life": "30", "most": "20", "powers": "owner"}
    form |= {"roles": [f"{crm}:rep", f"{crm}:admin"]}
    assert owner.post(f"{HERE}/links", data=form, headers=headers).status_code == 303
    page = html.unescape(owner.get(HERE, headers={"X-Forwarded-Host": "evil.example"}).text)
    (link,) = re.findall(r'value="(https://trellis\.example/join/trellis_\w{32}_[\w-]{43})"', page)
    assert ("evil.example" in page, "0 of 20 have joined" in page, 'class="join-code"' in page) == (False, True, True)
    (made,) = invitations.links()
    assert made.roles == [[crm, "rep"]]
    assert owner.post(f"{HERE}/links/{made.id}/revoke", headers=headers).status_code == 303
    assert owner.get(link.removeprefix("https://trellis.example")).status_code == 404
    for most in ("0", "x", "-1", "99999999"):
        assert owner.post(f"{HERE}/links", data={"most": most}, headers=headers).status_code == 422


def test_an_admin_who_is_no_owner_invites_no_owner(home: Home, app: Flask) -> None:
    account = accounts.create_account("admin@example.com", PASSWORD)
    service.give_power("admin", service.add_member("管理", account.id).id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    assert client.post(HERE, data={"addresses": "zhang@x.cn", "powers": "owner"}).status_code == 403
    assert invitations.waiting() == []


def test_t39_invitations_are_not_sent_without_end(home: Home, owner: PageClient) -> None:
    sent = [owner.post(HERE, data={"addresses": f"n{number}@x.cn"}).status_code for number in range(31)]
    assert (set(sent[:30]), sent[30]) == ({303}, 429)
