"""Hostile apps and hands: what is taken in, what is refused before anything is kept, and who wins a race."""

import json
import time
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from builder.drafts.models import Draft
from builder.publishing import service
from runtime.contracts import Actor, Change, Refused
from runtime.db import db
from runtime.flows.draining import service as draining
from runtime.flows.models import FlowRun
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.models import record
from runtime.releases import service as releases
from runtime.releases.models import App, Release
from tests.builder.publishing.test_service import APP
from tests.client import PageClient
from tests.conftest import Home
from tests.together import at_once

TOO_DEEP = '{"format":"app/1","x":' + "[" * 3_000 + "]" * 3_000 + "}"
UNREADABLE = {
    "a key twice": '{"format":"app/1","key":"crm","key":"other","title":"x","forms":[]}',
    "too deep": TOO_DEEP,
    "too large": '{"format":"app/1","key":"crm","title":"x","forms":[],"x":"' + "x" * 9_000_000 + '"}',
    "no number": '{"format":"app/1","key":"crm","title":"x","forms":[],"x":NaN}',
    "half a sign": '{"format":"app/1","key":"crm","title":"\\ud800","forms":[]}',
    "no JSON": "PK\x03\x04 zip",
    "no app": "[]",
    "nothing": "",
}
COSTLY = {
    "doublings": {"allOf": [{"$ref": "#/$defs/d0"}], "$defs": {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(18)} | {"d18": {"type": "object"}}},
    "itself": {"$ref": "#"},
    "elsewhere": {"$ref": "http://127.0.0.1:9/schema.json"},
    "a file": {"$ref": "file:///etc/passwd"},
    "dynamic": {"$dynamicRef": "#a", "$dynamicAnchor": "a"},
    "backtracking": {"properties": {"a": {"type": "string", "pattern": "^(a+)+$(?=x)"}}},
    "many": {"properties": {f"f{n}": {"type": "string"} for n in range(10_000)}},
}  # fmt: skip


@pytest.fixture
def token(home: Home) -> dict[str, str]:
    return {"Authorization": f"Bearer {doors.issue_token(home.member_id, doors.SCOPES)}"}


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found
    return found[0]


def upload(content: bytes) -> dict[str, Any]:
    """A file as a browser sends it; the test client's own way leaves a large one open."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="app.json"\r\n\r\n'
    return {"data": head + content + b"\r\n--cut--\r\n", "content_type": "multipart/form-data; boundary=cut"}


def kept() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (App, Draft, Release)]


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_t27_a_file_that_is_no_sound_app_is_refused_and_nothing_is_kept(
    app: Flask, owner: PageClient, token: dict[str, str], text: str
) -> None:
    content = text.encode("latin-1") if text.startswith("PK") else text.encode()
    answer = app.test_client().post("/api/v1/apps", data=content, content_type="application/json", headers=token)
    assert answer.status_code in (400, 413, 422)
    assert answer.mimetype == "application/problem+json"
    page = owner.post("/t/home/import-app", **upload(content))
    assert page.status_code in (413, 422)
    assert kept() == [0, 0, 0]


def test_an_app_as_large_as_one_may_be_comes_in_again(app: Flask, owner: PageClient, token: dict[str, str]) -> None:
    large = json.dumps(APP | {"x-notes": ["x" * 60_000] * 30}).encode()
    assert app.test_client().post("/api/v1/apps", data=large, content_type="application/json", headers=token).json
    again = large.replace(b'"key": "crm"', b'"key": "crm_again"')
    page = owner.post("/t/home/import-app", **upload(again))
    assert page.status_code == 303, page.text
    assert kept()[0] == 2


def test_t28_an_unknown_kind_of_step_never_goes_live(boss: Actor) -> None:
    for type in ("shell", "http.request", "__import__", "trigger.webhook", "record.create\x00"):
        odd = deepcopy(APP)
        odd["flows"][0]["nodes"][1]["type"] = type
        with pytest.raises(Refused):
            service.take_in(odd, boss, live=True)
    assert kept() == [0, 0, 0]


def test_t28_an_app_brings_no_rights_ids_or_tenant_of_its_own(boss: Actor) -> None:
    policy = {"form": "customer", "read": ["*"], "write": ["*"], "acts": ["create", "update", "delete", "export"]}
    role = {"format": "role/1", "key": "admin", "title": "Admin", "policies": [policy]}
    foreign = {"id": "x", "tenant_id": "y", "owner_id": boss.member_id, "members": [boss.member_id], "release": 7}
    app, _ = service.take_in(deepcopy(APP) | foreign | {"roles": [role | foreign]}, boss, live=True)
    assert (app.tenant_id, releases.current(app.id).number) == (boss.tenant_id, 1)
    assert identity.role_holders(app.id) == {}


def test_t28_a_flow_that_runs_as_the_system_works_in_its_own_app_only(app: Flask, boss: Actor) -> None:
    first, _ = service.take_in(APP, boss, live=True)
    secret = records.change(Change(first.id, "customer", "create", {"zname": "甲", "grade": "底价"}), boss)
    thief = deepcopy(APP) | {"key": "thief"}
    thief["flows"][0]["settings"] = {"run_as": "system"}
    thief["flows"][0]["nodes"][1]["config"] = {"record": f"'{secret.id}'", "set": {"grade": "'stolen'"}}
    second, _ = service.take_in(thief, boss, live=True)
    records.change(Change(second.id, "customer", "create", {"zname": "乙"}), boss)
    draining.drain(app.config)
    run = db.session.scalar(select(FlowRun).where(FlowRun.app_id == second.id))
    assert run is not None
    assert run.state in ("failed", "waiting")
    assert records.read(first.id, "customer", secret.id, boss).data["grade"] != "stolen"


@pytest.mark.parametrize("schema", COSTLY.values(), ids=COSTLY)
def test_t31_a_costly_schema_is_refused_at_its_door_in_no_time(
    app: Flask, boss: Actor, token: dict[str, str], schema: dict[str, Any]
) -> None:
    service.take_in(APP, boss)
    form = APP["forms"][0] | {"schema": {"type": "object"} | schema}
    client, body = app.test_client(), json.dumps(form)
    client.get("/api/v1/apps", headers=token)
    begun = time.thread_time()
    answer = client.put("/api/v1/apps/crm/forms/customer", data=body, content_type="application/json", headers=token)
    spent = time.thread_time() - begun
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("/schema")
    assert spent < 2  # seconds of work, ten times what the dearest took when this was written


def test_t41_of_two_who_publish_at_once_each_gets_a_number_of_its_own(app: Flask, boss: Actor) -> None:
    draft, _ = service.take_in(APP, boss)
    acts = [lambda: service.publish(releases.find_app(draft.id), "", boss).number] * 4
    assert sorted(at_once(app, boss.tenant_id, *acts)) == [1, 2, 3, 4]
    db.session.rollback()
    assert db.session.scalar(select(App.release).where(App.id == draft.id)) == 4


def test_t41_of_two_who_add_the_same_part_at_once_one_is_kept(app: Flask, boss: Actor) -> None:
    draft, _ = service.take_in(APP, boss)
    form = APP["forms"][0] | {"key": "fresh"}
    acts = [lambda: service.drafts.save(releases.find_app(draft.id), "forms", "fresh", form, None, boss)] * 4
    saved = at_once(app, boss.tenant_id, *acts)
    assert not [one for one in saved if isinstance(one, Exception)]
    assert [one["key"] for one in service.drafts.whole(draft)["forms"]] == ["customer", "fresh"]


def test_t09_an_app_cannot_be_put_in_for_another_key(app: Flask, boss: Actor, token: dict[str, str]) -> None:
    service.take_in(APP, boss)
    other = APP["forms"][0] | {"key": "other"}
    answer = app.test_client().put("/api/v1/apps/crm/forms/customer", json=other, headers=token)
    assert [one["pointer"] for one in answer.json["errors"]] == ["/key"]
    assert db.session.scalar(select(func.count()).select_from(record)) == 0


def test_a_rev_that_is_none_is_refused_and_writes_over_nothing(app: Flask, boss: Actor, token: dict[str, str]) -> None:
    service.take_in(APP, boss)
    for rev in ("x", "9" * 5_000, "-1"):
        newer = APP["forms"][0] | {"title": "written over"}
        headers = token | {"If-Match": rev}
        answer = app.test_client().put("/api/v1/apps/crm/forms/customer", json=newer, headers=headers)
        assert answer.status_code == 400
    assert "written over" not in str(service.drafts.whole(releases.find_app("crm")))
