"""Becoming a member: a seat kept for one, a link for many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from runtime import queue
from runtime.contracts import Conflict, NotFound, Refused
from runtime.db import db, tenant, utc_now
from runtime.flows.draining import service as draining
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from runtime.identity.models import Invitation, JoinLink
from runtime.notices.letters import service as letters
from tests.conftest import PASSWORD, Home
from tests.post import mail_server

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TOMORROW = timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def new_account(number: int = 0) -> str:
    return accounts.create_account(f"n{number}@example.com", PASSWORD).id


def test_an_invitation_seats_one_account_once(home) -> None:
    member = service.add_member("张三")
    void, secret = invitations.invite(member.id), invitations.invite(member.id)
    first, second = (accounts.create_account(name, PASSWORD) for name in ("zhang@example.com", "eve@example.com"))
    for bad in (void, "nonsense"):
        with pytest.raises(NotFound):
            invitations.accept(bad, first.id)
    assert invitations.accept(secret, first.id).key == "home"
    with pytest.raises(NotFound):
        invitations.accept(secret, second.id)
    assert [found.key for found in doors.tenants_of(first.id)] == ["home"]
    with pytest.raises(Conflict):
        invitations.invite(member.id)


def test_t41_of_two_who_take_one_invitation_at_once_one_sits(app, home) -> None:
    secret = invitations.invite(service.add_member("张三").id)
    ids = [accounts.create_account(name, PASSWORD).id for name in ("zhang@example.com", "eve@example.com")]
    together = Barrier(2)

    def take(account_id: str) -> str:
        with app.app_context(), tenant(home.tenant_id):
            together.wait()
            try:
                invitations.accept(secret, account_id)
            except NotFound:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take, ids)) == ["done", "refused"]


def test_an_account_sits_in_a_tenant_once(home) -> None:
    with pytest.raises(Conflict):
        service.add_member("李娜", home.account_id)
    secret = invitations.invite(service.add_member("张三").id)
    with pytest.raises(Conflict):
        invitations.accept(secret, home.account_id)
    assert invitations.offered(secret)


@SQLITE
def test_t35_t36_an_invitation_goes_to_its_address_in_the_tenants_language_the_same_however_often(
    app: Flask, home: Home
) -> None:
    member = service.add_member("张三")
    secret = invitations.invite(member.id, "zhang@example.com")
    rows = repr(db.session.execute(select(Invitation.__table__)).all())
    assert secret.rpartition("_")[2] not in rows
    with mail_server() as (inbox, url):
        settings = app.config | {"PUBLIC_URL": "https://crm.example", "SMTP_URL": url}
        letters.send_invitation(invitations.waiting()[0][1].id, settings)  # and the worker died
        draining.drain(settings)
        assert [mail["To"] for mail in inbox.mails] == ["张三 <zhang@example.com>"] * 2
        assert inbox.mails[0].get_content() == inbox.mails[1].get_content()
        assert inbox.mails[0].get_content().splitlines()[-1] == f"https://crm.example/join/{secret}"
        assert "You are invited to Home" in inbox.mails[0]["Subject"]
        assert invitations.waiting()[0][1].sent_at
        invitations.invite(member.id, "zhang@example.com")
        invitations.withdraw(member.id)
        draining.drain(settings)
    assert len(inbox.mails) == 2
    with pytest.raises(NotFound):
        invitations.accept(secret, new_account())


@SQLITE
def test_a_link_seats_everybody_in_its_department_with_its_roles_until_it_is_full(home: Home) -> None:
    sales = departments.add("销售")
    link = invitations.add_link("春季新人", utc_now() + TOMORROW, 2, sales.id, [(home.tenant_id, "rep")])
    secret = invitations.secret_of(link.id)
    for number in range(2):
        assert invitations.accept(secret, new_account(number), f"新人 {number}").key == "home"
    found = service.search_members("新人")
    assert {(one.name, one.department_id) for one in found} == {("新人 0", sales.id), ("新人 1", sales.id)}
    assert sorted(service.role_holders(home.tenant_id)["rep"]) == sorted(one.id for one in found)
    with pytest.raises(NotFound):
        invitations.accept(secret, new_account(2), "新人 2")
    assert invitations.links() == []


@SQLITE
def test_a_link_ends_with_its_time_and_when_it_is_revoked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    late, gone = (invitations.add_link("", utc_now() + TOMORROW, None, None, []) for _ in range(2))
    invitations.revoke_link(gone.id)
    with monkeypatch.context() as turned:
        turned.setattr(invitations, "utc_now", lambda: late.expires_at)
        for link in (late, gone):
            with pytest.raises(NotFound):
                invitations.offered(invitations.secret_of(link.id))
    with pytest.raises(NotFound):
        invitations.revoke_link(gone.id)
    for most in (0, -1, 10**9):
        with pytest.raises(Refused):
            invitations.add_link("", utc_now() + TOMORROW, most, None, [])


def test_t41_of_two_who_want_the_last_place_of_a_link_at_once_one_gets_it(app: Flask, home: Home) -> None:
    link = invitations.add_link("", utc_now() + TOMORROW, 1, None, [])
    secret, together = invitations.secret_of(link.id), Barrier(2)
    accounts = [new_account(number) for number in range(2)]

    def take(account_id: str) -> str:
        with app.app_context(), tenant(home.tenant_id):
            together.wait()
            try:
                invitations.accept(secret, account_id, "新人")
            except NotFound:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take, accounts)) == ["done", "refused"]
    assert len(service.search_members("新人")) == 1
    assert db.session.scalar(select(JoinLink.joined).execution_options(populate_existing=True)) == 1


@SQLITE
def test_who_is_a_member_already_uses_up_no_place_of_a_link(home: Home) -> None:
    link = invitations.add_link("", utc_now() + TOMORROW, 1, None, [])
    with pytest.raises(Conflict):
        invitations.accept(invitations.secret_of(link.id), home.account_id, "李娜")
    assert len(invitations.links()) == 1
