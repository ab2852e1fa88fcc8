"""One's own settings and tokens."""

import re
from datetime import timedelta

from flask import Flask

from runtime.db import utc_now
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from tests.client import PageClient
from tests.conftest import PASSWORD


def test_name_language_and_look_are_kept(home, owner: PageClient) -> None:
    answer = owner.post("/t/home/me", data={"name": "李娜娜", "lang": "zh-CN", "theme": "dark"})
    assert (answer.status_code, answer.location) == (303, "/t/home/me")
    page = owner.get("/t/home/me").text
    assert 'lang="zh-CN" data-bs-theme="dark"' in page
    assert "李娜娜" in page
    elsewhere = owner.application.test_client()
    elsewhere.post("/sign-in", data={"sign_in": "li@example.com", "password": PASSWORD})
    assert 'lang="zh-CN" data-bs-theme="dark"' in elsewhere.get("/t/home/me").text
    owner.post("/t/home/me", data={"name": "", "lang": "xx", "theme": "xx"})
    account = accounts.find_account_by_id(home.account_id)
    assert (account.name, account.lang, account.theme) == ("李娜娜", None, None)


def test_t14_after_a_new_password_only_this_browser_is_in(home, app: Flask, owner: PageClient) -> None:
    elsewhere = app.test_client()
    elsewhere.sign_in(doors.open_session(accounts.find_account_by_id(home.account_id)))
    wrong = owner.post("/t/home/me/password", data={"old": "wrong", "new": "another horse 8"})
    assert (wrong.status_code, 'href="#old"' in wrong.text) == (422, True)
    owner.post("/t/home/me/password", data={"old": PASSWORD, "new": "another horse 8"})
    assert owner.get("/t/home/me").status_code == 200
    assert elsewhere.get("/t/home/me").status_code == 302


def test_another_browser_can_be_signed_out(home, app: Flask, owner: PageClient) -> None:
    elsewhere = app.test_client()
    elsewhere.sign_in(doors.open_session(accounts.find_account_by_id(home.account_id), "Elsewhere/1"))
    assert "Elsewhere/1" in owner.get("/t/home/me").text
    (other,) = [one for one in doors.sessions(home.account_id) if one.agent]
    owner.post(f"/t/home/me/sessions/{other.id}/revoke")
    assert elsewhere.get("/t/home/me").status_code == 302


def test_a_token_is_shown_once_and_works_until_it_is_revoked(home, app: Flask, owner: PageClient) -> None:
    made = owner.post("/t/home/tokens", data={"title": "<i>Script", "scopes": ["app:read"], "life": "30"})
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    text = re.search(r"trellis_[0-9a-f]{32}_[\w-]{43}", made.text)[0]
    again = owner.get("/t/home/tokens").text
    assert text not in again
    assert "&lt;i&gt;Script" in again
    (token,) = doors.tokens(home.member_id)
    assert timedelta(days=29) < token.expires_at - utc_now() <= timedelta(days=30)
    bearer = {"Authorization": f"Bearer {text}"}
    assert app.test_client().get("/api/v1/openapi.json", headers=bearer).status_code == 200
    owner.post(f"/t/home/tokens/{token.id}/revoke")
    assert app.test_client().get("/api/v1/openapi.json", headers=bearer).status_code == 401


def test_a_token_needs_a_scope(home, owner: PageClient) -> None:
    for scopes in ([], ["everything"]):
        answer = owner.post("/t/home/tokens", data={"scopes": scopes})
        assert (answer.status_code, 'href="#scopes"' in answer.text) == (422, True)
    assert doors.tokens(home.member_id) == []


def test_nobody_revokes_a_token_or_session_of_somebody_else(home, app: Flask, owner: PageClient) -> None:
    account = accounts.create_account("zhang@example.com", PASSWORD)
    member = service.add_member("张三", account.id)
    text, secret = doors.issue_token(member.id, ["app:read"]), doors.open_session(account)
    owner.post(f"/t/home/tokens/{doors.tokens(member.id)[0].id}/revoke")
    owner.post(f"/t/home/me/sessions/{doors.sessions(account.id)[0].id}/revoke")
    assert doors.identify_token(text)
    assert doors.identify(secret)
