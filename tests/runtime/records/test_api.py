"""Records over REST."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update

from runtime.db import db, loads, new_id, tenant
from runtime.db.turns import turns
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records.saving import service as saving
from runtime.records.saving.models import SavedView
from runtime.releases import service as releases
from tests.conftest import PASSWORD, Home
from tests.runtime.records.documents import APP

VISITS = "/api/v1/apps/crm/forms/visit/records"
CUSTOMERS = "/api/v1/apps/crm/forms/customer/records"


class Caller:
    """Calls the API with one token."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client()
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): v for name, v in headers.items()}
        return self.client.open(path, method=method, json=body, headers=sent)


def a_caller(
    app: Flask, *roles: str, power: str = "", scopes: tuple[str, ...] = ("records:read", "records:write")
) -> Caller:
    account = accounts.create_account(f"{new_id()}@example.com", PASSWORD)
    member = identity.add_member("韩梅梅", account.id)
    for role in roles:
        identity.give_role(releases.find_app("crm").id, role, member.id)
    if power:
        identity.give_power(power, member.id)
    return Caller(app, doors.issue_token(member.id, scopes))


def publish() -> None:
    actor, _ = doors.actor_of(identity.add_member("王").id)  # type: ignore[misc]
    releases.add_release(releases.create_app("crm", "客户管理", "zh-CN", actor), APP, "", actor)


@pytest.fixture
def call(app: Flask, home: Home) -> Caller:
    """The API as an admin of the tenant calls it."""
    publish()
    return a_caller(app, power="admin")


def test_a_record_is_made_read_changed_and_deleted(call: Caller) -> None:
    made = call("POST", VISITS, {"subject": "初访", "amount": 620000.5})
    assert (made.status_code, made.json["rev"], made.json["data"]["subject"]) == (201, 1, "初访")
    assert '"amount":620000.5' in made.text.replace("620000.50", "620000.5")
    one = f"{VISITS}/{made.json['id']}"
    assert call("GET", one).headers["ETag"] == '"1"'
    changed = call("PATCH", one, {"stage": "won", "amount": None}, If_Match='"1"')
    assert (changed.status_code, changed.json["rev"], changed.json["data"]) == (
        200,
        2,
        {"subject": "初访", "stage": "won"},
    )
    assert [entry["type"] for entry in call("GET", one + "/history").json["items"]] == ["updated", "created"]
    assert call("DELETE", one, If_Match="2").status_code == 204
    assert call("GET", one).status_code == 404


def test_t41_an_old_rev_is_412(call: Caller) -> None:
    one = f"{VISITS}/{call('POST', VISITS, {'subject': 'a'}).json['id']}"
    assert call("PATCH", one, {"subject": "b"}, If_Match="1").status_code == 200
    for method, body in (("PATCH", {"subject": "c"}), ("DELETE", None)):
        assert call(method, one, body, If_Match="1").status_code == 412
    assert call("PATCH", one, {"subject": "c"}, If_Match="x").status_code == 400


def test_a_request_repeated_under_its_key_makes_one_record(call: Caller) -> None:
    first, again = (call("POST", VISITS, {"subject": "a"}, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert call("POST", VISITS, {"subject": "b"}, Idempotency_Key="k").status_code == 409
    assert call("GET", VISITS).json["count"] == 1


def test_problems_come_with_pointers(call: Caller) -> None:
    answer = call("POST", VISITS, {"stage": "nope"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/subject", "/stage"]
    call("POST", CUSTOMERS, {"name": "甲", "code": "A"})
    taken = call("POST", CUSTOMERS, {"name": "乙", "code": "A"})
    assert [(error["pointer"], error["keyword"]) for error in taken.json["errors"]] == [("/code", "x-unique")]


def test_a_list_is_filtered_sorted_cut_and_continued(call: Caller) -> None:
    for amount in (1, 2, 3, 4):
        call("POST", VISITS, {"subject": f"v{amount}", "amount": amount})
    asked = (
        "filter=" + json.dumps({"field": "amount", "op": "gte", "value": 2}) + "&sort=-amount&limit=2&fields=subject"
    )
    first = call("GET", f"{VISITS}?{asked}").json
    assert [item["data"] for item in first["items"]] == [{"subject": "v4"}, {"subject": "v3"}]
    assert (first["count"], first["capped"]) == (3, False)
    last = call("GET", f"{VISITS}?{asked}&cursor={first['next']}").json
    assert ([item["data"] for item in last["items"]], last["next"]) == ([{"subject": "v2"}], None)


def test_groups(call: Caller) -> None:
    for stage, amount in (("won", 1), ("won", 2.5), ("lead", 4)):
        call("POST", VISITS, {"subject": "v", "stage": stage, "amount": amount})
    answer = call("GET", f"{VISITS}/aggregate?group=stage&metric=count&metric=sum:amount")
    assert loads(answer.text)["groups"] == [
        {"keys": {"stage": "lead"}, "metrics": {"count": 1, "sum:amount": 4}},
        {"keys": {"stage": "won"}, "metrics": {"count": 2, "sum:amount": loads("3.5")}},
    ]


BAD = [
    "filter=x", "filter=[]", "sort=nope", "sort=[1]", "limit=0", "limit=201", "limit=x", "cursor=x",
    "fields=nope", 'filter={"field":"subject","op":"eq","value":["x"]}', "limit=99999999999",
    'filter={"field":"x\\"; DROP TABLE record","op":"eq","value":1}', 'sort=x"; DROP', "sort=data->>'a'",
]  # fmt: skip


def test_t04_t05_a_question_that_cannot_be_asked_is_400(call: Caller) -> None:
    for asked in BAD:
        assert call("GET", f"{VISITS}?{asked}").status_code == 400, asked
    for asked in ("group=nope", "metric=sum:nope", "metric=drop", "group=topics", "metric=sum:subject"):
        assert call("GET", f"{VISITS}/aggregate?{asked}").status_code == 400, asked


def test_t06_hostile_answers_are_refused_on_every_verb(call: Caller) -> None:
    one = f"{VISITS}/{call('POST', VISITS, {'subject': 'a'}).json['id']}"
    hostile: list[dict[str, Any]] = [
        {"subject": "a\x00"}, {"subject": ["a"]}, {"subject": {"$gt": ""}}, {"amount": "1"}, {"amount": True},
        {'x"; DROP TABLE record': 1}, {"day": "2026-02-31"}, {"visited_at": "now"}, {"topics": "price"},
        {"topics": ["price", "price"]}, {"customer": "' OR 1=1"}, {"photos": [{"id": "../../etc/passwd"}]},
        {"photos": "x"}, {"joins": "yes"}, {"tenant_id": "x"}, {"owner_id": "x"}, {"role": "admin"},
        {"created_by": "x"}, {"id": "x"}, {"rev": 9}, {"owner": "x"},
    ]  # fmt: skip
    for answers in hostile:
        assert call("POST", VISITS, {"subject": "x"} | answers).status_code == 422, answers
        assert call("PATCH", one, answers).status_code == 422, answers
    assert call("GET", VISITS).json["count"] == 1


def test_t11_a_hidden_field_is_not_in_any_answer(app: Flask, call: Caller) -> None:
    id = call("POST", CUSTOMERS, {"name": "甲", "secret": "底价"}).json["id"]
    rep = a_caller(app, "rep")
    one = f"{CUSTOMERS}/{id}"
    for path in (CUSTOMERS, one, one + "/history"):
        answer = rep("GET", path)
        assert answer.status_code == 200
        assert "底价" not in answer.text
    for asked in ("fields=secret", "sort=secret", 'filter={"field":"secret","op":"nempty"}'):
        assert rep("GET", f"{CUSTOMERS}?{asked}").status_code == 400
    assert rep("GET", f"{CUSTOMERS}/aggregate?group=secret").status_code == 400
    assert "底价" not in rep("PATCH", one, {"name": "乙"}).text


def test_a_scope_is_needed_for_each_verb(app: Flask, call: Caller) -> None:
    reader = a_caller(app, power="admin", scopes=("records:read",))
    id = call("POST", VISITS, {"subject": "a"}).json["id"]
    assert reader("GET", VISITS).status_code == 200
    for method, path in (("POST", VISITS), ("PATCH", f"{VISITS}/{id}"), ("DELETE", f"{VISITS}/{id}")):
        assert reader(method, path, {"subject": "b"}).status_code == 403


def test_t07_another_tenants_token_finds_nothing(app: Flask, call: Caller) -> None:
    id = call("POST", VISITS, {"subject": "a"}).json["id"]
    other = identity.create_tenant("other", "Other")
    with tenant(other.id):
        stranger = accounts.create_account("s@example.com", PASSWORD)
        member = identity.add_member("陌生人", stranger.id)
        identity.give_power("owner", member.id)
        thief = Caller(app, doors.issue_token(member.id, ("records:read", "records:write")))
        publish()
    one = f"{VISITS}/{id}"
    for method, path, body in (
        ("GET", one, None), ("PATCH", one, {"subject": "b"}), ("DELETE", one, None), ("GET", one + "/history", None),
    ):  # fmt: skip
        taken, missing = thief(method, path, body), thief(method, path.replace(id, new_id()), body)
        assert taken.status_code == missing.status_code == 404
        assert taken.text == missing.text
    assert thief("GET", VISITS).json["count"] == 0
    assert call("GET", one).json["data"] == {"subject": "a"}


def test_t44_a_question_of_too_many_parts_is_400(call: Caller) -> None:
    test = {"field": "subject", "op": "eq", "value": "a"}
    deep: dict[str, Any] = test
    for _ in range(40):
        deep = {"not": deep}
    for filter in ({"or": [test] * 101}, deep, {"field": "subject", "op": "in", "value": ["a"] * 1_001}):
        assert call("GET", f"{VISITS}?filter={quote(json.dumps(filter))}").status_code == 400
        assert call("GET", f"{VISITS}/aggregate?filter={quote(json.dumps(filter))}").status_code == 400
    for asked in ("sort=" + ",".join(["subject"] * 11), "limit=1000000000", "cursor=" + "9" * 9_000):
        assert call("GET", f"{VISITS}?{asked}").status_code == 400, asked[:40]
    for asked in ("group=subject,stage,joins", "metric=" + ",".join(["sum:amount"] * 11)):
        assert call("GET", f"{VISITS}/aggregate?{asked}").status_code == 400, asked


@pytest.mark.usefixtures("much_is_asked")
def test_t44_one_question_too_many_is_refused_for_a_moment_and_writing_goes_on(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = call("POST", VISITS, {"subject": "a"})
    assert made.status_code == 201
    for path in (VISITS, f"{VISITS}/aggregate?group=stage"):
        refused = call("GET", path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
        assert refused.json["detail"] == "Much is asked for here just now. Try again in a moment."
    assert call("GET", f"{VISITS}/{made.json['id']}").status_code == 200
    monkeypatch.setattr("runtime.db.turns.PATIENCE", 30)
    turns.forget()
    turns.come(new_id())
    assert [call("GET", VISITS).status_code for _ in range(3)] == [200] * 3  # each gives its turn back


VIEWS = "/api/v1/apps/crm/forms/visit/views"
BIG = {
    "title": "大单",
    "columns": ["subject"],
    "filter": {"field": "amount", "op": "gte", "value": 5},
    "sort": ["-amount"],
}


def test_views_are_saved_changed_shared_by_right_and_taken_away(app: Flask, call: Caller) -> None:
    rep = a_caller(app, "rep")
    mine = rep("POST", VIEWS, BIG)
    assert (mine.status_code, mine.json["mine"], mine.json["shared"]) == (201, True, False)
    one = f"{VIEWS}/{mine.json['id']}"
    assert rep("GET", VIEWS).json["items"] == [mine.json]
    assert call("GET", VIEWS).json["items"] == []
    for method in ("PATCH", "DELETE"):
        assert call(method, one, {"title": "x"}).status_code == 404
    changed = rep("PATCH", one, {"title": "更大", "filter": None})
    assert changed.json == {**{k: v for k, v in mine.json.items() if k != "filter"}, "title": "更大"}
    assert rep("PATCH", one, {"shared": True}).status_code == 403
    shared = call("POST", VIEWS, {**BIG, "shared": True}).json
    seen = {item["id"]: item["may_change"] for item in rep("GET", VIEWS).json["items"]}
    assert seen == {shared["id"]: False, mine.json["id"]: True}
    assert rep("DELETE", f"{VIEWS}/{shared['id']}").status_code == 404
    assert rep("DELETE", one).status_code == 204
    assert rep("DELETE", one).status_code == 404


def test_a_view_that_is_shared_no_more_stays_with_whoever_saved_it(app: Flask, call: Caller) -> None:
    rep = a_caller(app, "rep")
    one = f"{VIEWS}/{rep('POST', VIEWS, BIG).json['id']}"
    db.session.execute(update(SavedView).values(shared=True))
    db.session.commit()
    taken = call("PATCH", one, {"shared": False})
    assert (taken.status_code, taken.json.get("shared"), taken.json.get("mine")) == (200, False, False)
    assert call("GET", VIEWS).json["items"] == []
    assert [view["mine"] for view in rep("GET", VIEWS).json["items"]] == [True]


def test_t41_of_two_who_change_one_view_at_once_neither_loses_what_he_said(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, keep = f"{VIEWS}/{call('POST', VIEWS, BIG).json['id']}", saving.keep

    def keep_second(*args: Any, **more: Any) -> Any:
        keep(*args[:3], lambda before: {**before, "sort": ["subject"]}, *args[4:])
        return keep(*args, **more)

    monkeypatch.setattr(saving, "keep", keep_second)
    changed = call("PATCH", one, {"columns": ["amount"]}).json
    assert (changed["columns"], changed["sort"], changed["filter"]) == (["amount"], ["subject"], BIG["filter"])


def test_a_view_that_its_sender_could_not_list_is_refused(call: Caller) -> None:
    for wrong, status in (
        ({"title": " "}, 422), ({"kind": "kanban"}, 422), ({"shared": "yes"}, 422), ({"columns": ["nothing"]}, 422),
        ({"columns": "subject"}, 422), ({"filter": {"field": "nothing", "op": "eq", "value": 1}}, 400),
        ({"sort": ["nothing"]}, 400), ({"filter": []}, 422), ({"title": 7}, 422),
    ):  # fmt: skip
        assert call("POST", VIEWS, BIG | wrong).status_code == status, wrong
    assert call("GET", VIEWS).json["items"] == []
