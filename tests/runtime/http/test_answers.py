"""Refusals as problem+json and as pages, JSON in and out, languages, and what operators ask."""

import io
import re
from decimal import Decimal

import pytest
from flask import Blueprint, Flask

from runtime.contracts import BadRequest, Conflict, LostRace, NotFound, Problem, Refused, TooMuch
from runtime.db import dumps, tenant
from runtime.http.paging import limit_of
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.security.access import public, scoped
from tests.walk import full_tenant

FAULTS = {400: BadRequest, 404: NotFound, 409: Conflict, 412: LostRace, 413: TooMuch}
CANARY = "canary-4711"


@pytest.fixture
def app(app: Flask) -> Flask:
    blueprint = Blueprint("probe", __name__)

    @blueprint.get("/api/v1/p/fault/<int:status>", endpoint="api_fault")
    @blueprint.get("/p/fault/<int:status>")
    @public
    def fault(status: int) -> str:
        raise FAULTS[status](message("Told in %(how)s.", how="words"))

    @blueprint.get("/api/v1/p/refused")
    @public
    def refused() -> str:
        raise Refused(
            [Problem("/ct_age", "required", message("This is needed.")), Problem("/x", "type", message("No."))]
        )

    @blueprint.post("/api/v1/p/echo")
    @scoped("records:write")
    def echo() -> object:
        return reply(body())

    @blueprint.get("/p/broken", endpoint="page_broken")
    @blueprint.get("/api/v1/p/broken")
    @public
    def broken() -> str:
        raise RuntimeError("something inside")

    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def token(home) -> dict[str, str]:
    return {"Authorization": f"Bearer {doors.issue_token(home.member_id, ['records:write'])}"}


def test_a_fault_is_a_problem_in_the_api_and_a_page_for_people(app: Flask) -> None:
    client = app.test_client()
    for status in FAULTS:
        answer = client.get(f"/api/v1/p/fault/{status}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert (answer.json["status"], answer.json["detail"]) == (status, "Told in words.")
        page = client.get(f"/p/fault/{status}")
        assert (page.status_code, page.mimetype) == (status, "text/html")
        assert "Told in words." in page.text


def test_a_refusal_lists_all_problems_with_their_places(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/p/refused")
    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"pointer": "/ct_age", "keyword": "required", "message": "This is needed."},
        {"pointer": "/x", "keyword": "type", "message": "No."},
    ]


def test_what_flask_refuses_is_a_problem_too(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/nothing").json["status"] == 404
    answer = client.delete("/api/v1/p/echo")
    assert (answer.json["status"], "POST" in answer.headers["Allow"]) == (405, True)


def test_numbers_keep_their_digits_on_the_way_through(app: Flask, token) -> None:
    sent = '{"amount":12345678901234567890.12345,"whole":3}'
    answer = app.test_client().post("/api/v1/p/echo", data=sent, content_type="application/json", headers=token)
    assert answer.text == sent
    assert answer.json["amount"] == Decimal("12345678901234567890.12345")


def test_t25_a_body_that_is_no_json_object_is_refused(app: Flask, token) -> None:
    client = app.test_client()
    wanted = {
        ("text/plain", '{"a": 1}'): 415,
        ("application/x-www-form-urlencoded", "a=1"): 415,
        ("multipart/form-data; boundary=x", "--x--"): 415,
        ("application/json", "[1]"): 400,
        ("application/json", '{"a": '): 422,
        ("application/json", '{"a": 1, "a": 2}'): 422,
        ("application/json", '{"a": NaN}'): 422,
        ("application/json", b'{"a": "\xff"}'): 400,
        ("application/json", '{"a": "' + "x" * 2**21 + '"}'): 413,
    }
    for (kind, sent), status in wanted.items():
        answer = client.post("/api/v1/p/echo", data=sent, content_type=kind, headers=token)
        assert (kind, sent[:20], answer.status_code) == (kind, sent[:20], status)
        assert answer.mimetype == "application/problem+json"


def test_t42_what_broke_inside_is_not_told_outside_nor_are_secrets_logged(app: Flask, caplog) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    for path in ("/p/broken", "/api/v1/p/broken"):
        answer = client.get(path, headers={"Authorization": f"Bearer {CANARY}", "X-Key": CANARY})
        assert answer.status_code == 500
        assert "something inside" not in answer.text
        assert "Traceback" not in answer.text
        assert CANARY not in answer.text
    assert "something inside" in caplog.text
    assert CANARY not in caplog.text


def test_a_page_speaks_the_language_of_the_person_then_the_cookie_then_the_browser(app: Flask, home, owner) -> None:
    client = app.test_client()
    assert 'lang="en"' in client.get("/nothing").text
    assert 'lang="zh-CN"' in client.get("/nothing", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    answer = client.post("/language", data={"lang": "zh-CN", "back": "//evil.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert 'lang="zh-CN"' in client.get("/nothing", headers={"Accept-Language": "en"}).text
    assert client.post("/language", data={"lang": "xx"}).status_code == 400
    accounts.change_account(home.account_id, "李娜", "zh-CN", None)
    assert 'lang="zh-CN"' in owner.get("/p/fault/404", headers={"Accept-Language": "en"}).text


def test_it_says_whether_it_lives_and_is_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (200, "ok")
    assert 'trellis_requests_total{method="GET",status="2xx"}' in client.get("/metrics").text


def test_a_limit_is_a_number_within_bounds() -> None:
    assert [limit_of(args) for args in ({}, {"limit": ""}, {"limit": "7"}, {"limit": "200"})] == [50, 50, 7, 200]
    for text in ("0", "201", "-1", "1e3", "９", "99999999999999", "x"):
        with pytest.raises(BadRequest):
            limit_of({"limit": text})


def test_the_api_describes_itself_and_its_documents(app: Flask, token) -> None:
    form = {
        "key": "visit",
        "title": "拜访",
        "schema": {"type": "object", "properties": {"customer": {"type": "string"}}},
    }
    app.extensions["trellis.forms"] = lambda: {"crm": {"visit": form}}
    client = app.test_client()
    assert client.get("/api/v1/openapi.json").status_code == 401
    said = client.get("/api/v1/openapi.json", headers=token).json
    assert said["openapi"] == "3.1.0"
    assert said["components"]["schemas"]["crm.visit"]["properties"] == {"customer": {"type": "string"}}
    assert said["paths"]["/api/v1/p/echo"]["post"]["responses"]["422"] == {"$ref": "#/components/responses/422"}
    assert client.get("/api/v1/schemas/form.json").json["$schema"].startswith("https://json-schema.org/")
    assert client.get("/api/v1/schemas/nothing.json").status_code == 404


def test_the_api_describes_the_published_forms_that_the_holder_may_read(app: Flask) -> None:
    full = full_tenant("full")
    account = accounts.create_account("rep@example.com", "correct horse 9")
    with tenant(full.tenant_id):
        rep = identity.add_member("rep", account.id)
        tokens = [doors.issue_token(id, ["app:read"]) for id in (full.member_id, rep.id)]
    told = [described(app, token) for token in tokens]
    schemas = [{name for name in said["components"]["schemas"] if "." in name} for said in told]
    assert schemas == [{"sales.customer", "sales.visit", "sales.opportunity"}, set()]
    assert "/api/v1/apps/sales/forms/visit/records/{record}" in told[0]["paths"]
    for reference in re.findall(r'"\$ref":"#/components/(\w+)/([\w.]+)"', dumps(told[0])):
        assert reference[1] in told[0]["components"][reference[0]]


def described(app: Flask, token: str) -> dict:
    return app.test_client().get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"}).json


def test_a_body_that_does_not_say_its_size_is_bounded_too(app: Flask, token: dict[str, str]) -> None:
    sent = io.BytesIO(b'{"a":"' + b"x" * 30_000_000 + b'"}')
    answer = app.test_client().post(
        "/api/v1/p/echo", input_stream=sent, content_type="application/json", headers=token,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    assert answer.status_code in (413, 422)
    assert sent.tell() <= 2_100_000
