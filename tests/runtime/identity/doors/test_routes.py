"""Signing in, up and out, choosing a workspace, in the browser."""

import pytest
from flask import Flask
from sqlalchemy import select

from runtime.audit import service as audit
from runtime.db import db, tenant
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from tests.client import PageClient, without_tokens
from tests.conftest import PASSWORD


@pytest.fixture
def nobody(app: Flask) -> PageClient:
    return app.test_client()  # type: ignore[return-value]


def secret_of(client: PageClient) -> str | None:
    with client.session_transaction() as session:
        return session.get("id")


def test_signing_in_goes_to_the_only_workspace_and_out_ends_it_on_the_server(home, nobody: PageClient) -> None:
    answer = nobody.post("/sign-in", data={"sign_in": "LI@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/tenants")
    assert nobody.get("/tenants").location == "/t/home/"
    secret = secret_of(nobody)
    assert doors.identify(secret)
    assert nobody.post("/sign-out").location == "/sign-in"
    assert doors.identify(secret) is None
    assert nobody.get("/tenants").status_code == 302


def test_t36_a_wrong_password_and_an_unknown_name_read_the_same(home, nobody: PageClient) -> None:
    wrong = nobody.post("/sign-in", data={"sign_in": "li@example.com", "password": "wrong"})
    unknown = nobody.post("/sign-in", data={"sign_in": "xi@example.com", "password": "wrong"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert without_tokens(wrong.text.replace("li@", "xi@")) == without_tokens(unknown.text)


def test_t37_the_session_is_new_at_sign_in_and_a_stolen_old_cookie_is_worth_nothing(home, nobody: PageClient) -> None:
    nobody.get("/sign-in")
    with nobody.session_transaction() as session:
        session["id"] = fixed = "fixed by an attacker"
        session["planted"] = True
    nobody.post("/sign-in", data={"sign_in": "li@example.com", "password": PASSWORD})
    assert secret_of(nobody) != fixed
    with nobody.session_transaction() as session:
        assert "planted" not in session
    cookie = nobody.get_cookie("trellis")
    nobody.post("/sign-out")
    nobody.set_cookie("trellis", cookie.value)
    assert nobody.get("/tenants").status_code == 302


def test_t37_a_cookie_signed_with_another_key_is_nobody(app: Flask, home, owner: PageClient) -> None:
    stolen = secret_of(owner)
    app.config["SECRET_KEY"] = "a default key"
    forger = app.test_client()
    with forger.session_transaction() as session:
        session["id"] = stolen
    app.config["SECRET_KEY"] = "a test key that is long enough to be one"
    assert forger.get("/tenants").status_code == 302


def test_t38_after_signing_in_one_stays_here(home, nobody: PageClient) -> None:
    for sent, goes in (("//evil.example", "/tenants"), ("/\\evil", "/tenants"), ("/t/home/me", "/t/home/me")):
        data = {"sign_in": "li@example.com", "password": PASSWORD, "next": sent}
        assert nobody.post("/sign-in", data=data).location == goes
        assert nobody.get("/sign-in", query_string={"next": sent}).location == goes


def test_t39_guesses_at_one_account_are_slowed_down_and_the_right_password_alone_is_not(home, app: Flask) -> None:
    good = {"sign_in": "li@example.com", "password": PASSWORD}
    for _ in range(12):
        assert app.test_client().post("/sign-in", data=good).status_code == 303
    guesses = [app.test_client().post("/sign-in", data=good | {"password": str(n)}).status_code for n in range(11)]
    assert (set(guesses[:10]), guesses[10]) == ({401}, 429)
    for _ in range(3):
        slowed = app.test_client().post("/sign-in", data=good | {"password": "x"})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "60")
    assert [(entry.act, entry.about["address"]) for entry in audit.entries()] == [("sign_in.slowed", "127.0.0.1")]
    other = {"sign_in": "somebody@example.com", "password": "x"}
    assert app.test_client().post("/sign-in", data=other).status_code == 401


def test_t39_guesses_shut_nobody_out_of_the_browser_in_which_he_was(home, app: Flask) -> None:
    good, mine = {"sign_in": "li@example.com", "password": PASSWORD}, app.test_client()
    mine.post("/sign-in", data=good)
    mine.post("/sign-out")
    for n in range(11):
        slowed = app.test_client().post("/sign-in", data=good | {"password": str(n)})
    accounts.create_account("other@example.com", PASSWORD)
    other = app.test_client()
    other.post("/sign-in", data={"sign_in": "other@example.com", "password": PASSWORD})
    other.post("/sign-out")
    assert (slowed.status_code, other.post("/sign-in", data=good).status_code) == (429, 429)
    assert mine.post("/sign-in", data=good).status_code == 303
    mine.post("/sign-out")
    guesses = [mine.post("/sign-in", data=good | {"password": str(n)}).status_code for n in range(11)]
    assert (set(guesses[:10]), guesses[10]) == ({401}, 429)


def test_t39_guesses_from_one_address_at_many_accounts_are_slowed_down(home, app: Flask) -> None:
    client = app.test_client()
    tries = [
        client.post("/sign-in", data={"sign_in": f"n{n}@example.com", "password": "x"}).status_code for n in range(61)
    ]
    assert (set(tries[:60]), tries[60]) == ({401}, 429)


def test_signing_up_makes_account_workspace_and_owner(nobody: PageClient) -> None:
    form = {"name": "王五", "sign_in": "wang@example.com", "password": PASSWORD, "title": "王五公司"}
    assert nobody.post("/sign-up", data=form).location == "/t/wangwugongsi/"
    with tenant(service.tenant_id_of("wangwugongsi")):
        (member,) = service.search_members("王五")
        assert service.powers() == {member.id: {"owner"}}


def test_signing_up_says_all_that_is_wrong_at_once_and_keeps_what_was_typed(home, nobody: PageClient) -> None:
    answer = nobody.post("/sign-up", data={"sign_in": "a b", "password": "1", "title": "<b>Titel"})
    assert answer.status_code == 422
    for target in ("name", "sign_in", "password"):
        assert f'href="#{target}"' in answer.text
    assert "&lt;b&gt;Titel" in answer.text
    assert accounts.find_account("a b") is None


def test_one_more_workspace_is_made_from_the_list(home, owner: PageClient) -> None:
    assert owner.post("/tenants", data={"title": " "}).status_code == 422
    assert owner.post("/tenants", data={"title": "Home"}).location == "/t/home-2/"
    assert "/t/home-2/" in owner.get("/tenants").text


def test_by_invitation_only_nobody_signs_up(settings, home, app: Flask, nobody: PageClient) -> None:
    app.config["TRELLIS_SIGNUP"] = "invite"
    form = {"name": "王五", "sign_in": "wang@example.com", "password": PASSWORD, "title": "王五公司"}
    assert nobody.post("/sign-up", data=form).status_code == 403
    assert accounts.find_account("wang@example.com") is None


def test_t42_no_password_or_secret_stands_in_a_table_a_log_or_an_error_page(
    app: Flask, home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client, canary = app.test_client(), "canary Passw0rd 4711"
    form = {"name": "王五", "sign_in": "wang@example.com", "password": canary, "title": "王五公司"}
    client.post("/sign-up", data=form)
    secrets = [canary, secret_of(client), doors.issue_token(home.member_id, ["admin"])]
    secrets.append(invitations.invite(service.add_member("张三").id))
    monkeypatch.setattr(doors, "sign_in", lambda *given: 1 // 0)
    page = client.post("/sign-in", data={"sign_in": "wang@example.com", "password": canary}).text
    rows = [row for table in db.metadata.tables.values() for row in db.session.connection().execute(select(table))]
    for secret in secrets:
        for place in (page, caplog.text, repr(rows)):
            assert secret not in place
    assert "ZeroDivisionError" in caplog.text
