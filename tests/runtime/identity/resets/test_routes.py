"""The pages on the way to a new password."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from runtime import queue
from runtime.audit import service as audit
from runtime.db import db
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Reset
from runtime.identity.resets import service
from tests.client import PageClient, without_tokens
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NEW = "battery staple 7"


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def page(answer) -> list[str]:
    return without_tokens(answer.text)


def test_t36_the_answer_is_the_same_for_every_name(app: Flask, home: Home) -> None:
    known = app.test_client().post("/forgot", data={"sign_in": "li@example.com"})
    unknown = app.test_client().post("/forgot", data={"sign_in": "xi@example.com"})
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert page(known) == [line.replace("xi@", "li@") for line in page(unknown)]
    assert app.test_client().post("/forgot", data={"sign_in": " "}).status_code == 422


def test_t39_wishes_for_one_name_and_from_one_address_are_slowed_down(app: Flask, home: Home) -> None:
    client = app.test_client()
    tries = [client.post("/forgot", data={"sign_in": "nobody@example.com"}).status_code for _ in range(6)]
    assert tries == [200] * 5 + [429]
    more = [client.post("/forgot", data={"sign_in": f"n{n}@example.com"}).status_code for n in range(25)]
    assert (set(more[:24]), more[24]) == ({200}, 429)


def test_t39_guesses_at_links_are_slowed_down(app: Flask, home: Home) -> None:
    client = app.test_client()
    tries = [client.post(f"/reset/{n}", data={"new": NEW}).status_code for n in range(31)]
    assert (set(tries[:30]), tries[30]) == ({404}, 429)


def test_the_new_password_is_set_on_the_page_and_one_is_in(app: Flask, home: Home) -> None:
    client = app.test_client()
    client.post("/forgot", data={"sign_in": "li@example.com"})
    secret = service.secret_of(str(db.session.scalar(select(Reset.id))))
    assert "li@example.com" in client.get(f"/reset/{secret}").text
    weak = client.post(f"/reset/{secret}", data={"new": "1"})
    assert (weak.status_code, 'href="#new"' in weak.text) == (422, True)
    assert client.post(f"/reset/{secret}", data={"new": NEW}).location == "/tenants"
    assert client.get("/tenants").location == "/t/home/"
    assert client.get(f"/reset/{secret}").status_code == 404


def test_t35_an_admin_makes_a_link_for_somebody_whose_mail_does_not_work(
    app: Flask, home: Home, owner: PageClient
) -> None:
    app.config["PUBLIC_URL"] = "https://trellis.example"
    account = accounts.create_account("zhangsan", PASSWORD)
    member = identity.add_member("张三", account.id)
    poisoned = {"X-Forwarded-Host": "evil.example", "Origin": "https://trellis.example"}
    made = owner.post(f"/t/home/members/{member.id}/reset", headers=poisoned)
    assert (made.status_code, "evil.example" in made.text) == (201, False)
    (secret,) = re.findall(r'value="https://trellis\.example/reset/([\w-]{43})"', made.text)
    assert service.redeem(secret, NEW).id == account.id
    noted = [(entry.act, entry.actor_id) for entry in audit.entries()]
    assert noted == [("password.reset", None), ("password.link_made", home.member_id)]


def test_an_admin_who_is_no_owner_makes_none_for_an_owner(app: Flask, home: Home) -> None:
    account = accounts.create_account("admin@example.com", PASSWORD)
    identity.give_power("admin", identity.add_member("管理", account.id).id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    assert client.post(f"/t/home/members/{home.member_id}/reset").status_code == 403
    assert db.session.scalars(select(Reset)).all() == []
