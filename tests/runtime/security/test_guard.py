"""The guard of all routes."""

from typing import Any

from flask import Flask

from runtime.db import new_id, tenant
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from tests.client import PageClient, without_tokens


def make_app(home: Any, key: str = "crm") -> str:
    actor, _ = doors.actor_of(home.member_id)
    return releases.create_app(key, key, "zh-CN", actor).id


def browser_of(app: Flask, name: str, **member_of: str | None) -> PageClient:
    """A signed-in browser of a new account, a member of the current tenant."""
    account = accounts.create_account(name, "correct horse 9")
    service.add_member(name, account.id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    return client  # type: ignore[return-value]


def test_a_route_that_declares_nothing_is_closed_to_everybody(owner: PageClient, caplog) -> None:
    assert owner.get("/p/undeclared").status_code == 404
    assert "declares no access" in caplog.text


def test_each_kind_of_access_lets_in_whom_it_names(app: Flask, home, owner: PageClient, nobody: PageClient) -> None:
    app_id = make_app(home)
    rep = browser_of(app, "rep@example.com")
    wanted = {
        "/p/public": (200, 200, 200),
        "/p/signed": (302, 200, 200),
        "/t/home/p/member": (302, 200, 200),
        "/t/home/p/power": (302, 403, 200),
        "/t/home/a/crm/p/build": (302, 403, 200),
        f"/t/home/a/{app_id}/p/build": (302, 403, 200),
        "/t/home/a/none/p/build": (302, 404, 404),
        "/t/nowhere/p/member": (302, 404, 404),
        "/api/v1/p/read": (401, 401, 401),
    }
    for path, statuses in wanted.items():
        assert (path, *(client.get(path).status_code for client in (nobody, rep, owner))) == (path, *statuses)


def test_t15_an_admin_of_one_app_builds_that_app_only(app: Flask, home) -> None:
    mine, _other = make_app(home, "mine"), make_app(home, "other")
    rep = browser_of(app, "rep@example.com")
    service.give_role(mine, "admin", service.search_members("rep")[0].id)
    assert rep.get("/t/home/a/mine/p/build").status_code == 200
    assert rep.get("/t/home/a/other/p/build").status_code == 403


def test_t08_the_tenant_comes_from_the_session_never_from_what_is_sent(app: Flask, home, owner: PageClient) -> None:
    other = service.create_tenant("other", "Other")
    for sent in ({"headers": {"X-Tenant": "other", "X-Tenant-Id": other.id}}, {"query_string": {"tenant": "other"}}):
        assert owner.get("/t/home/p/member", **sent).json["tenant"] == "home"
    assert owner.post("/t/home/p/member", json={"tenant_id": other.id, "tenant": "other"}).json["tenant"] == "home"
    token = doors.issue_token(home.member_id, ["records:read"])
    answer = owner.get(
        f"/api/v1/p/read?tenant=other&tenant_id={other.id}",
        headers={"Authorization": f"Bearer {token}", "X-Tenant": "other"},
    )
    assert answer.json["tenant"] == "home"


def test_t07_another_tenant_answers_like_a_missing_one(app: Flask, home, owner: PageClient) -> None:
    service.create_tenant("other", "Other")
    missing, foreign = owner.get("/t/nowhere/p/member"), owner.get("/t/other/p/member")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert without_tokens(missing.text.replace("nowhere", "other")) == without_tokens(foreign.text)


def test_t07_a_token_with_another_tenants_id_in_it_is_nobody(app: Flask, home, nobody: PageClient) -> None:
    other = service.create_tenant("other", "Other")
    token = doors.issue_token(home.member_id, ["records:read"])
    forged = token.replace(home.tenant_id.replace("-", ""), other.id.replace("-", ""))
    assert forged != token
    assert nobody.get("/api/v1/p/read", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_t18_a_bad_token_is_401_and_never_somebody(app: Flask, home, owner: PageClient) -> None:
    token = doors.issue_token(home.member_id, ["records:read"])
    bad = ("", "Bearer", "Bearer x", f"Bearer {token}x", f"Bearer {token[:-2]}", f"Basic {token}", token, "Bearer null")
    for header in bad:
        answer = owner.get("/api/v1/p/read", headers={"Authorization": header})
        assert (header, answer.status_code, answer.mimetype) == (header, 401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert owner.get("/api/v1/p/read", headers={"Authorization": f"Bearer {token}"}).json["member"] == home.member_id


def test_a_token_without_the_scope_is_403(app: Flask, home, nobody: PageClient) -> None:
    token = doors.issue_token(home.member_id, ["records:write"])
    assert nobody.get("/api/v1/p/read", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_t14_whoever_is_suspended_or_stripped_is_refused_on_the_next_request(app: Flask, home) -> None:
    make_app(home)
    client = browser_of(app, "rep@example.com")
    (rep,) = service.search_members("rep")
    token = {"Authorization": f"Bearer {doors.issue_token(rep.id, ['records:read'])}"}
    service.give_power("admin", rep.id)
    assert client.get("/t/home/p/power").status_code == 200
    service.take_power("admin", rep.id)
    assert client.get("/t/home/p/power").status_code == 403
    service.suspend_member(rep.id)
    assert client.get("/t/home/p/member").status_code == 404
    assert client.get("/api/v1/p/read", headers=token).status_code == 401
    service.suspend_member(rep.id, active=True)
    accounts.set_password(rep.account_id, "another horse 8")
    assert client.get("/t/home/p/member").status_code == 302
    assert client.get("/api/v1/p/read", headers=token).status_code == 401


def test_the_tenant_is_left_after_the_request(app: Flask, home) -> None:
    client = browser_of(app, "rep@example.com")
    with tenant(new_id()):
        assert client.get("/t/home/p/member").status_code == 200
        assert service.member_names([home.member_id]) == {}


def test_t17_no_spelling_of_an_address_gets_around_the_guard(app: Flask, home, nobody: PageClient) -> None:
    spellings = (
        "/t/home/p/member?/p/public",
        "/t/home/p/member?x=/static/trellis.css",
        "/t/home//p/member",
        "/t//home/p/member",
        "/t/home/p/member/",
        "/t/home/p/member/;/p/public",
        "/t/home/p;/member",
        "/t/home/p/./member",
        "/p/public/../../t/home/p/member",
        "/static/../t/home/p/member",
        "/t/home%2Fp%2Fmember",
        "/t/home/p%2fmember",
        "/T/HOME/p/member",
    )
    for path in spellings:
        answer = nobody.get(path)
        assert (path, answer.status_code in (302, 404)) == (path, True)
        assert "home" not in answer.text or answer.status_code == 302
        assert '"member"' not in answer.text
    slashes = nobody.get("/", environ_overrides={"PATH_INFO": "//t/home/p/member"})
    assert slashes.location == "/sign-in?next=%2Ft%2Fhome%2Fp%2Fmember"


def test_whoever_has_to_sign_in_first_comes_back_to_where_he_was_going(nobody: PageClient) -> None:
    assert nobody.get("/t/home/p/member?a=1").location == "/sign-in?next=%2Ft%2Fhome%2Fp%2Fmember%3Fa%3D1"
    assert nobody.get("/t/home/p/member", headers={"HX-Request": "true"}).status_code == 401
    assert nobody.post("/t/home/p/member").status_code == 401


def test_t35_a_redirect_never_names_the_host_that_was_sent(nobody: PageClient) -> None:
    answer = nobody.get("/t/home/p/member", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.location.startswith("/sign-in")
