"""Every route, also those that come later, closed to whom it does not name and blind to other tenants."""

from collections.abc import Callable

import pytest
from flask import Flask

from runtime.db import new_id, tenant
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.security.headers import STATIC
from runtime.security.limits import limiter
from tests.client import PageClient
from tests.walk import SAFE, Full, calls, comparable, everything, full_tenant, send, uuids

PUBLIC = {
    "/",
    "/language",
    "/healthz",
    "/readyz",
    "/metrics",
    "/sign-in",
    "/sign-in/<key>",
    "/logo/<key>",
    "/sign-out",
    "/sign-up",
    "/join/<secret>",
    "/forgot",
    "/reset/<secret>",
    "/api/v1/schemas/<kind>.json",
}
"""What anybody may open; a route that joins them has to be put down here by a person."""

SIGNED_IN = {"/tenants"}

BEFORE_ANY_ROW = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What the guard decides before it asks the database of anything is the same on either."""


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(limiter, "enabled", False)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def victim(app: Flask) -> Full:
    return full_tenant("victim")


@pytest.fixture
def attacker(app: Flask) -> Full:
    return full_tenant("attacker")


def browser(app: Flask, account_id: str) -> PageClient:
    client = app.test_client()
    client.sign_in(doors.open_session(accounts.find_account_by_id(account_id)))
    return client  # type: ignore[return-value]


def token_of(of: Full, *scopes: str) -> str:
    with tenant(of.tenant_id):
        return doors.issue_token(of.member_id, scopes)


def reader_of(app: Flask, of: Full) -> PageClient:
    """A browser of a member who holds nothing."""
    account = accounts.create_account("reader@example.com", "correct horse 9")
    with tenant(of.tenant_id):
        identity.add_member("reader", account.id)
    return browser(app, account.id)


@BEFORE_ANY_ROW
def test_every_route_declares_who_may_enter(app: Flask) -> None:
    undeclared = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != STATIC and not hasattr(app.view_functions[rule.endpoint], "access")
    }
    assert undeclared == set()


@BEFORE_ANY_ROW
def test_only_the_listed_routes_are_open_to_anybody(app: Flask) -> None:
    found = calls(app)
    assert {call.rule for call in found if call.access.kind == "public"} == PUBLIC
    assert {call.rule for call in found if call.access.kind == "signed_in"} == SIGNED_IN


@BEFORE_ANY_ROW
def test_a_route_of_a_tenant_has_the_tenant_in_its_address_and_the_api_never(app: Flask) -> None:
    for call in calls(app):
        named = "tenant" in call.converters
        assert named == (call.access.kind in ("member", "power", "builder")), call.rule
        assert call.is_api == (call.rule.startswith("/api/") and call.rule not in PUBLIC), call.rule


@BEFORE_ANY_ROW
def test_t18_nobody_gets_in_anywhere(app: Flask, victim: Full) -> None:
    client = app.test_client()
    for call in calls(app):
        if call.access.kind == "public":
            continue
        answer = send(client, call, call.path(victim.values() | dict.fromkeys(uuids(call), victim.record_id)))
        wanted = 302 if call.method in SAFE and not call.is_api else 401
        assert (call.method, call.rule, answer.status_code) == (call.method, call.rule, wanted)


@BEFORE_ANY_ROW
def test_t34_no_unsafe_page_answers_without_token_and_origin(app: Flask, victim: Full) -> None:
    client = browser(app, victim.account_id)
    client.honest = False
    before = everything(victim.tenant_id)
    for call in calls(app):
        if call.method in SAFE or call.is_api:
            continue
        path = call.path(victim.values() | dict.fromkeys(uuids(call), victim.record_id))
        for headers in ({}, {"Origin": "http://localhost"}, {"Origin": "http://evil.example"}):
            answer = client.open(path, method=call.method, headers=headers)
            assert (call.rule, answer.status_code) == (call.rule, 403)
    assert everything(victim.tenant_id) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_t34_looking_changes_nothing(app: Flask, victim: Full) -> None:
    client, token = browser(app, victim.account_id), token_of(victim, *doors.SCOPES)
    before = everything(victim.tenant_id)
    for call in calls(app):
        if call.method in SAFE:
            for id in {victim.record_id, *victim.ids.values()} if uuids(call) else {""}:
                send(client, call, call.path(victim.values() | dict.fromkeys(uuids(call), id)), token)
    assert everything(victim.tenant_id) == before


@BEFORE_ANY_ROW
def test_t15_who_holds_nothing_builds_publishes_and_administers_nothing(app: Flask, victim: Full) -> None:
    client = reader_of(app, victim)
    for call in calls(app):
        if call.access.kind in ("builder", "power"):
            answer = send(client, call, call.path(victim.values() | dict.fromkeys(uuids(call), victim.record_id)))
            assert (call.method, call.rule, answer.status_code) == (call.method, call.rule, 403)


@BEFORE_ANY_ROW
def test_t15_a_token_does_nothing_outside_its_scopes(app: Flask, victim: Full) -> None:
    client = app.test_client()
    for call in calls(app):
        if call.is_api and call.access.value:
            assert call.access.value in doors.SCOPES
            token = token_of(victim, *(set(doors.SCOPES) - {call.access.value}))
            answer = send(
                client, call, call.path(victim.values() | dict.fromkeys(uuids(call), victim.record_id)), token
            )
            assert (call.method, call.rule, answer.status_code) == (call.method, call.rule, 403)


def test_t15_a_token_builds_nothing_that_its_holder_may_not_build(app: Flask, victim: Full) -> None:
    client = app.test_client()
    with tenant(victim.tenant_id):
        reader = identity.add_member("reader", accounts.create_account("reader@example.com", "correct horse 9").id)
        token = doors.issue_token(reader.id, doors.SCOPES)
    before = everything(victim.tenant_id)
    for call in calls(app):
        if call.is_api and call.access.value.startswith("app:"):
            answer = send(client, call, call.path(victim.values()), token)
            if (call.method, call.rule) == ("GET", "/api/v1/apps"):
                assert answer.json == {"items": []}
            else:
                assert (call.method, call.rule, answer.status_code) == (call.method, call.rule, 403)
    assert everything(victim.tenant_id) == before


def walked(app: Flask, attacker: Full) -> Callable[..., tuple[int, str]]:
    client, token = browser(app, attacker.account_id), token_of(attacker, *doors.SCOPES)

    def answer_to(call, values, *spoken: str) -> tuple[int, str]:
        with client.session_transaction() as session:
            session.pop("_flashes", None)  # said by the answer before
        answer = send(client, call, call.path(values), token)
        return answer.status_code, comparable(answer.text, *spoken)

    return answer_to


def test_t07_another_tenants_address_answers_like_one_that_is_not_there(
    app: Flask, victim: Full, attacker: Full
) -> None:
    answer_to, before = walked(app, attacker), everything(victim.tenant_id)
    for call in calls(app):
        if "tenant" in call.converters:
            ids = dict.fromkeys(uuids(call), victim.record_id)
            theirs = answer_to(call, victim.values(**ids), "victim")
            missing = answer_to(call, victim.values(**ids, tenant="nowhere"), "nowhere")
            assert (call.method, call.rule, theirs[0]) == (call.method, call.rule, 404)
            assert theirs == missing, call.rule
    assert everything(victim.tenant_id) == before


def test_t07_every_id_of_another_tenant_answers_like_one_that_is_not_there(
    app: Flask, victim: Full, attacker: Full
) -> None:
    answer_to, before = walked(app, attacker), everything(victim.tenant_id)
    for call in filter(uuids, calls(app)):
        missing = new_id()
        wanted = answer_to(call, attacker.values(**dict.fromkeys(uuids(call), missing)), missing)
        assert (call.rule, wanted[0] < 400 and call.method == "GET") == (call.rule, False)
        for table, id in {"app": victim.app_id, "record": victim.record_id, **victim.ids}.items():
            found = answer_to(call, attacker.values(**dict.fromkeys(uuids(call), id)), id)
            assert (call.method, call.rule, table, found[0]) == (call.method, call.rule, table, wanted[0])
            assert found[1].splitlines() == wanted[1].splitlines(), (call.rule, table)
    assert everything(victim.tenant_id) == before


def test_t07_another_tenants_app_answers_like_one_that_is_not_there(app: Flask, victim: Full, attacker: Full) -> None:
    answer_to, before = walked(app, attacker), everything(victim.tenant_id)
    for call in calls(app):
        if "app" in call.converters:
            missing, ids = new_id(), dict.fromkeys(uuids(call), victim.record_id)
            theirs = answer_to(call, attacker.values(app=victim.app_id, **ids), victim.app_id)
            assert theirs[0] in (404, 415), call.rule
            assert theirs == answer_to(call, attacker.values(app=missing, **ids), missing), call.rule
    assert everything(victim.tenant_id) == before
