"""The test run in the designer: for builders only, on what is theirs."""

import re
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from builder.drafts import service as drafts
from runtime.contracts import Actor, Change
from runtime.db import new_id, tenant
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home
from tests.runtime.flows.conftest import CUSTOMER, GRADING, TASK

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

URL = "/t/home/a/crm/build/flows/grading"
APP: dict[str, Any] = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, TASK]}


@pytest.fixture
def crm(home: Home) -> str:
    """A draft app with a flow; its id."""
    actor: Actor = doors.actor_of(home.member_id)[0]
    return drafts.take_in({**APP, "flows": [GRADING]}, actor).id


def test_a_typed_record_is_tried_in_an_app_that_was_never_published(owner: PageClient, crm: str) -> None:
    asked = owner.get(f"{URL}/try").text
    assert 'name="f.name"' in asked
    body = owner.post(f"{URL}/try", data={"on": "typed", "f.name": "<b>华兴", "f.amount": "600000"}).get_json()
    assert [step["node"] for step in body["told"]["steps"]] == ["rich", "tag", "task"]
    assert body["told"]["taken"] == ["e1", "e2", "e3"]
    assert "Visit &lt;b&gt;华兴" in body["html"]


def test_answers_that_the_form_refuses_come_back_with_the_reason(owner: PageClient, crm: str) -> None:
    answer = owner.post(f"{URL}/try", data={"on": "typed", "f.amount": "1"})
    assert answer.status_code == 422
    assert "q-wrong" in answer.get_json()["questions"]


def test_a_real_record_is_offered_and_tried(owner: PageClient, home: Home, crm: str) -> None:
    actor: Actor = doors.actor_of(home.member_id)[0]
    releases.add_release(releases.find_app("crm"), {**APP, "flows": []}, "", actor)
    saved = records.change(Change(crm, "customer", "create", {"name": "华兴", "amount": 600000}), actor)
    assert re.search(rf'value="{saved.id}" checked.*华兴', owner.get(f"{URL}/try?record={saved.id}").text)
    assert saved.id in owner.get(f"{URL}/try/records?q=华兴").text
    steps = owner.post(f"{URL}/try", data={"on": "record", "record": saved.id}).get_json()["told"]["steps"]
    assert {"title": "等级", "text": "high"} in steps[1]["output"]
    assert {"title": "客户", "text": "华兴"} in steps[2]["input"]


HOOK: dict[str, Any] = {
    "format": "flow/1",
    "key": "hook",
    "title": "推送",
    "nodes": [
        {"id": "start", "type": "trigger.webhook",
         "config": {"fields": [
             {"name": "order", "type": "text", "need": "always"}, {"name": "sum", "type": "number"}]}},
        {"id": "big", "type": "condition", "config": {"when": "steps.start.sum > 5"}},
    ],
    "edges": [{"id": "e1", "source": "start", "port": "out", "target": "big"}],
}  # fmt: skip


def test_what_another_system_sends_is_pasted_and_read_as_its_address_reads_it(owner: PageClient, home: Home) -> None:
    drafts.take_in({**APP, "flows": [HOOK]}, doors.actor_of(home.member_id)[0])
    url = "/t/home/a/crm/build/flows/hook/try"
    assert "&#34;order&#34;: &#34;&#34;" in owner.get(url).text
    tried = owner.post(url, data={"f.content": '{"order": "A1", "sum": 6.5}'}).get_json()
    assert [(step["node"], step["state"]) for step in tried["told"]["steps"]] == [("big", "done")]
    assert "Condition holds" in tried["html"]
    for wrong, why in (("", "q-wrong"), ('{"order": }', "line 1"), ('{"sum": 1}', "order"), ('{"order": 1}', "order")):
        refused = owner.post(url, data={"f.content": wrong})
        assert refused.status_code == 422
        assert why in refused.get_json()["questions"]
        assert Markup.escape(wrong) in refused.get_json()["questions"]  # nothing typed is lost


def test_a_flow_that_would_not_start_is_drawn_as_not_begun(owner: PageClient, home: Home) -> None:
    actor: Actor = doors.actor_of(home.member_id)[0]
    start = {"id": "start", "type": "trigger.record", "config": {"form": "customer", "on": ["created"]}}
    start["config"] |= {"when": "record.amount > 5"}  # type: ignore[operator]
    tag = {"id": "tag", "type": "set", "config": {"values": {"a": "1"}}}
    line = {"id": "e1", "source": "start", "port": "out", "target": "tag"}
    part = {"format": "flow/1", "key": "grading", "title": "x", "nodes": [start, tag], "edges": [line]}
    drafts.take_in({**APP, "flows": [part]}, actor)
    small = {"on": "typed", "f.name": "华兴", "f.amount": "1"}
    told = owner.post(f"{URL}/try", data=small).get_json()["told"]
    assert (told["states"], told["taken"]) == ({}, [])
    told = owner.post(f"{URL}/try", data=small | {"anyway": "yes"}).get_json()["told"]
    assert told["states"] == {"start": "done", "tag": "done"}


def test_t07_a_record_of_another_tenant_is_no_record_to_try_on(owner: PageClient, home: Home, crm: str) -> None:
    actor: Actor = doors.actor_of(home.member_id)[0]
    releases.add_release(releases.find_app("crm"), {**APP, "flows": []}, "", actor)
    other = Actor(new_id(), member_id=new_id(), powers=frozenset({"owner"}))
    with tenant(other.tenant_id):
        app = releases.create_app("crm", "CRM", "zh-CN", other)
        releases.add_release(app, APP, "", other)
        theirs = records.change(Change(app.id, "customer", "create", {"name": "别人"}), other).id
    for id in (theirs, new_id()):
        assert owner.post(f"{URL}/try", data={"on": "record", "record": id}).status_code == 404
        assert owner.get(f"{URL}/try?record={id}").status_code == 404


def test_t15_who_builds_nothing_tries_nothing(app: Flask, home: Home, crm: str) -> None:
    account = accounts.create_account("rep@example.com", PASSWORD)
    identity.add_member("韩梅梅", account.id)
    rep = app.test_client()
    rep.sign_in(doors.open_session(accounts.find_account_by_id(account.id)))
    for answer in (rep.get(f"{URL}/try"), rep.post(f"{URL}/try", data={"on": "typed", "f.name": "a"})):
        assert answer.status_code == 403
