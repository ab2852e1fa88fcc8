"""The guard of all routes, and what every answer carries."""

from typing import Any

import pytest
from flask import Blueprint, Flask, g, request, session
from itsdangerous import URLSafeTimedSerializer

from runtime import security
from runtime.db import new_id, tenant
from runtime.identity import service
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from runtime.security import builder, local_path, member, power, public, scoped, signed_in
from tests.client import PageClient


def said() -> dict[str, Any]:
    """Who the guard says came."""
    actor = g.actor
    return {"account": bool(g.visitor), "member": actor and actor.member_id, "tenant": g.tenant and g.tenant.key}


def probe() -> Blueprint:
    blueprint = Blueprint("probe", __name__)
    routes = {
        "/p/public": public,
        "/p/signed": signed_in,
        "/t/<tenant>/p/member": member,
        "/t/<tenant>/p/power": power("admin"),
        "/t/<tenant>/a/<app>/p/build": builder,
        "/api/v1/p/read": scoped("records:read"),
        "/p/undeclared": lambda view: view,
    }
    for rule, declare in routes.items():

        def view(**args: str) -> dict[str, Any]:
            return said()

        blueprint.add_url_rule(rule, rule.replace("/", "_").strip("_"), declare(view), methods=["GET", "POST"])
    return blueprint


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe())
    return app


@pytest.fixture
def nobody(app: Flask) -> PageClient:
    return app.test_client()  # type: ignore[return-value]


def make_app(home: Any, key: str = "crm") -> str:
    actor, _ = doors.actor_of(home.member_id)
    return releases.create_app(key, key, "zh-CN", actor).id


def browser_of(app: Flask, name: str, **member_of: str | None) -> PageClient:
    """A signed-in browser of a new account, a member of the current tenant."""
    account = doors.create_account(name, "correct horse 9")
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
    assert missing.text.replace("nowhere", "other") == foreign.text


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
    doors.set_password(rep.account_id, "another horse 8")
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


def test_t17_a_method_in_a_header_is_not_a_method(app: Flask, home, owner: PageClient) -> None:
    owner.honest = False
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        answer = owner.post("/t/home/p/member", headers={name: "GET"}, data={"_method": "GET"})
        assert answer.status_code == 403


def test_t34_an_unsafe_request_needs_our_origin_and_our_token(app: Flask, home, owner: PageClient) -> None:
    path = "/t/home/p/member"
    assert owner.post(path).status_code == 200
    for origin in ("http://evil.example", "null", "http://localhost.evil.example", "https://localhost", "localhost"):
        assert owner.post(path, headers={"Origin": origin}).status_code == 403
    assert (
        owner.post(path, headers={"Origin": "", "Referer": "http://evil.example/http://localhost/"}).status_code == 403
    )
    assert owner.post(path, headers={"X-CSRFToken": "nonsense"}).status_code == 403
    owner.honest = False
    assert owner.post(path).status_code == 403
    assert owner.post(path, headers={"Origin": "http://localhost"}).status_code == 403
    assert owner.post(path, data='{"a": 1}', content_type="text/plain").status_code == 403
    assert owner.post(path, headers={"HX-Request": "true", "Origin": "http://localhost"}).status_code == 403


def test_t34_in_production_only_the_configured_origin_counts(app: Flask, home, owner: PageClient) -> None:
    app.config.update(TRELLIS_ENV="production", PUBLIC_URL="https://trellis.example")
    path = "/t/home/p/member"
    assert owner.post(path, headers={"Origin": "http://localhost"}).status_code == 403
    assert owner.post(path, headers={"Origin": "https://trellis.example"}).status_code == 200


def test_t34_a_token_of_another_session_is_refused(app: Flask, home, owner: PageClient) -> None:
    foreign = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps("of another session")
    assert owner.post("/t/home/p/member", headers={"X-CSRFToken": foreign}).status_code == 403


def test_whoever_has_to_sign_in_first_comes_back_to_where_he_was_going(nobody: PageClient) -> None:
    assert nobody.get("/t/home/p/member?a=1").location == "/sign-in?next=%2Ft%2Fhome%2Fp%2Fmember%3Fa%3D1"
    assert nobody.get("/t/home/p/member", headers={"HX-Request": "true"}).status_code == 401
    assert nobody.post("/t/home/p/member").status_code == 401


def test_t38_only_a_path_of_ours_is_gone_on_to() -> None:
    for good in ("/", "/t/demo/", "/t/demo/a/crm/f/visit/?filter=%7B%7D&sort=-amount", "/t/demo/客户"):
        assert local_path(good) == good
    bad = (
        *(
            "//e.example",
            "/\\e.example",
            "\\\\e.example",
            "https:e.example",
            "https://e.example",
            "javascript:alert(1)",
        ),
        *("/%5ce.example", "%2f%2fe.example", "/%2fe.example", "/\t/e.example", "\t//e.example", " //e", "/\n/e", ""),
        *("/%09/e.example", "///e.example", "e.example", "/a\r\nSet-Cookie: x=1", "//e.example@localhost/", None),
    )
    for text in bad:
        assert (text, local_path(text, "/safe")) == (text, "/safe")


def test_t35_links_begin_with_the_configured_address(app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://trellis.example/"
    poison = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    with app.test_request_context("/", headers=poison):
        assert security.public_url("/join/x") == "https://trellis.example/join/x"


def test_t35_a_redirect_never_names_the_host_that_was_sent(nobody: PageClient) -> None:
    answer = nobody.get("/t/home/p/member", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.location.startswith("/sign-in")


def test_every_answer_forbids_foreign_code_frames_and_sniffing(nobody: PageClient) -> None:
    for path in ("/p/public", "/nope", "/api/v1/nope", "/static/trellis.css"):
        with nobody.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers
    assert nobody.get("/p/public").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("proxies", "believed"), [("0", "127.0.0.1"), ("1", "10.0.0.2"), ("2", "10.0.0.1")])
def test_t35_only_as_many_proxies_are_believed_as_stand_there(proxies: str, believed: str) -> None:
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", TESTING=True, TRELLIS_PROXIES=proxies)
    security.install(app, doors.Keeper(str))
    app.add_url_rule("/", "who", public(lambda: f"{security.address()} {request.host}"))
    sent = {"X-Forwarded-For": "6.6.6.6, 10.0.0.1, 10.0.0.2", "X-Forwarded-Host": "evil.example"}
    assert app.test_client().get("/", headers=sent).text == f"{believed} localhost"


def test_over_https_the_browser_is_held_to_it_and_the_cookie_bound_to_the_host() -> None:
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", PUBLIC_URL="https://trellis.example", TESTING=True)
    security.install(app, doors.Keeper(str))

    def start() -> str:
        session["id"] = "x"
        return ""

    app.add_url_rule("/", "start", public(start))
    headers = app.test_client().get("/").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-trellis=")
    assert all(flag in cookie for flag in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))


def test_a_page_may_allow_the_style_blocks_of_its_library_by_hash() -> None:
    assert "style-src 'self' 'sha256-abc=';" in security.content_policy(("'sha256-abc='",))


def test_t39_bad_tokens_are_counted_by_address(nobody: PageClient) -> None:
    statuses = [nobody.get("/api/v1/p/read", headers={"Authorization": "Bearer x"}).status_code for _ in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({401}, 429)


def counting_app(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app that counts tries where production does."""
    for name in ("_storage", "_limiter", "_fallback_limiter", "_storage_dead"):
        monkeypatch.setattr(security.limiter, name, getattr(security.limiter, name))
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", REDIS_URL=redis_url)
    security.install(app, doors.Keeper(str))
    app.register_error_handler(security.Unauthenticated, lambda error: ("", 401))
    app.add_url_rule("/", "start", scoped("admin")(lambda: ""))
    return app


def test_t39_tries_are_counted_beside_the_queue_so_that_all_processes_count_together(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (counting_app(valkey, monkeypatch).test_client() for _ in range(2))
    statuses = [client.get("/").status_code for client in [first, second] * 31]
    assert (set(statuses[:60]), set(statuses[60:])) == ({401}, {429})


def test_t39_without_the_queue_tries_are_counted_in_memory(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = counting_app(f"unix://{tmp_path}/gone.sock", monkeypatch).test_client()
    statuses = [client.get("/").status_code for _ in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({401}, 429)
