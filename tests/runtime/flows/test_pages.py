"""Runs and incidents in the browser and over REST: seen and mended by those who build the app, by nobody else."""

import re

import pytest
from flask import Flask

from runtime.contracts import Actor, Change
from runtime.db import new_id
from runtime.flows import service
from runtime.flows.draining import service as draining
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

from .conftest import CUSTOMER, TASK, flow, on_created

READS = {"form": "customer", "read": ["*"], "write": [], "acts": []}
WRITES = {"form": "customer", "read": ["*"], "write": ["*"], "acts": ["create", "update"]}
ROLES = [
    {"format": "role/1", "key": "reader", "title": "读者", "policies": [READS]},
    {"format": "role/1", "key": "rep", "title": "销售", "policies": [WRITES]},
]
TAG = {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'pressed'"}}}
BUTTON = {"type": "trigger.manual", "config": {"form": "customer", "title": "分级", "when": "record.amount > 0"}}
FAILING = flow(on_created(), {"id": "bad", "type": "set", "config": {"values": {"a": "1 / record.amount"}}}, key="bad")
PRESSED = flow(BUTTON, TAG, key="pressed")


class Desk:
    """An app with two flows, one failed run, and people who come to see it."""

    def __init__(self, flask: Flask, home: Home) -> None:
        self.flask = flask
        self.home = home
        self.owner: Actor = doors.actor_of(home.member_id)[0]
        self.app = releases.create_app("crm", "CRM", "zh-CN", self.owner)
        document = {"format": "app/1", "key": "crm", "title": "CRM", "forms": [CUSTOMER, TASK], "roles": ROLES}
        releases.add_release(self.app, {**document, "flows": [FAILING, PRESSED]}, "", self.owner)
        self.record = records.change(
            Change(self.app.id, "customer", "create", {"name": "华兴<b>", "amount": 0}), self.owner
        )
        draining.drain(flask.config)
        self.run = service.runs(service.RunQuery([self.app.id]))[0][0]
        self.url = f"/t/{home.key}/a/crm"

    def someone(self, *roles: str) -> tuple[str, str]:
        account = accounts.create_account(f"{new_id()}@example.com", PASSWORD)
        member = identity.add_member("韩梅梅", account.id)
        for role in roles:
            identity.give_role(self.app.id, role, member.id)
        return account.id, member.id

    def browser(self, account_id: str | None = None) -> PageClient:
        client = PageClient(self.flask)
        client.sign_in(doors.open_session(accounts.find_account_by_id(account_id or self.home.account_id)))
        return client

    def call(self, member_id: str, method: str, path: str, **more: object):
        token = doors.issue_token(member_id, ("flows:run", "flows:read", "records:read"))
        headers = {"Authorization": f"Bearer {token}"}
        return self.flask.test_client().open("/api/v1" + path, method=method, headers=headers, **more)


@pytest.fixture
def desk(app: Flask, home: Home) -> Desk:
    return Desk(app, home)


def test_the_run_list_and_the_run_show_what_happened_with_text_as_text(desk: Desk) -> None:
    browser = desk.browser()
    listed = browser.get(f"{desk.url}/runs/")
    assert "华兴&lt;b&gt;" in listed.text
    shown = browser.get(f"{desk.url}/runs/{desk.run.id}")
    assert shown.status_code == 200
    assert "/retry" in shown.text
    assert "step-failed" in shown.text


def test_an_incident_page_counts_names_the_cause_and_retries_them_all(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.get(f"/t/{desk.home.key}/incidents")
    assert page.status_code == 200
    act = re.search(r'action="([^"]+/retry)"', page.text)
    records.change(Change(desk.app.id, "customer", "update", {"amount": 5}, record_id=desk.record.id), desk.owner)
    assert act
    assert browser.post(act.group(1)).status_code == 303
    draining.drain(desk.flask.config)
    assert service.find_run(desk.run.id).state == "done"
    assert "/retry" not in browser.get(f"/t/{desk.home.key}/incidents").text


@pytest.mark.parametrize("act", ["skip", "cancel"])
def test_a_run_is_skipped_or_stopped_on_its_page(desk: Desk, act: str) -> None:
    assert desk.browser().post(f"{desk.url}/runs/{desk.run.id}/{act}").status_code == 303
    draining.drain(desk.flask.config)
    assert service.find_run(desk.run.id).state == {"skip": "done", "cancel": "cancelled"}[act]


def test_a_button_is_pressed_once_however_often_it_is_sent(desk: Desk) -> None:
    records.change(Change(desk.app.id, "customer", "update", {"amount": 5}, record_id=desk.record.id), desk.owner)
    account, member = desk.someone("rep")
    browser = desk.browser(account)
    for _ in range(2):
        sent = {"record": desk.record.id, "once": "page-1", "next": f"{desk.url}/f/customer/{desk.record.id}"}
        answer = browser.post(f"{desk.url}/flows/pressed/start", data=sent)
        assert answer.headers["Location"] == sent["next"]
    draining.drain(desk.flask.config)
    (run,) = service.runs(service.RunQuery([desk.app.id], flow="pressed"))[0]
    assert (run.state, run.actor_id) == ("done", member)


def test_a_record_offers_the_buttons_that_its_reader_may_press_now(desk: Desk) -> None:
    part = f"{desk.url}/f/customer/{desk.record.id}/buttons"
    rep, reader = desk.browser(desk.someone("rep")[0]), desk.browser(desk.someone("reader")[0])
    assert "flows/pressed/start" not in rep.get(part).text
    records.change(Change(desk.app.id, "customer", "update", {"amount": 5}, record_id=desk.record.id), desk.owner)
    assert "flows/pressed/start" in rep.get(part).text
    assert "flows/pressed/start" not in reader.get(part).text
    assert rep.get(f"{desk.url}/f/customer/{new_id()}/buttons").status_code == 404
    assert rep.get(f"{desk.url}/buttons").status_code == 200


def test_t15_a_reader_starts_retries_and_sees_nothing(desk: Desk) -> None:
    account, member = desk.someone("reader")
    browser = desk.browser(account)
    run = f"{desk.url}/runs/{desk.run.id}"
    assert browser.post(f"{desk.url}/flows/pressed/start", data={"record": desk.record.id}).status_code == 403
    assert [browser.post(f"{run}/{act}").status_code for act in ("retry", "skip", "cancel")] == [403] * 3
    assert [browser.get(url).status_code for url in (run, f"{desk.url}/runs/")] == [403] * 2
    assert browser.get(f"/t/{desk.home.key}/incidents").status_code == 403
    api = f"/runs/{desk.run.id}"
    assert [desk.call(member, "POST", f"{api}/{act}").status_code for act in ("retry", "skip", "cancel")] == [403] * 3
    assert [desk.call(member, "GET", url).status_code for url in (api, "/runs", "/runs?app=crm")] == [403] * 3
    started = desk.call(member, "POST", "/apps/crm/flows/pressed/runs", json={"record": desk.record.id})
    assert started.status_code == 403
    assert service.find_run(desk.run.id).state == "failed"


def test_rest_starts_lists_shows_and_mends_runs(desk: Desk) -> None:
    member = desk.home.member_id
    assert desk.call(member, "POST", "/apps/crm/flows/pressed/runs", json={}).status_code == 400
    assert desk.call(member, "POST", "/apps/crm/flows/bad/runs", json={}).status_code == 400
    refused = desk.call(member, "POST", "/apps/crm/flows/pressed/runs", json={"record": desk.record.id})
    assert refused.status_code == 409
    one = desk.call(member, "GET", f"/runs/{desk.run.id}").json
    assert (one["state"], one["steps"][0]["node"], one["steps"][0]["state"]) == ("failed", "bad", "failed")
    assert one["steps"][0]["error"]
    listed = desk.call(member, "GET", "/runs?app=crm&state=failed").json
    assert [run["id"] for run in listed["items"]] == [desk.run.id]
    assert desk.call(member, "POST", f"/runs/{desk.run.id}/cancel").json["state"] == "cancelled"
    assert desk.call(member, "POST", f"/runs/{desk.run.id}/retry").status_code == 409
    assert desk.call(member, "GET", f"/runs/{new_id()}").status_code == 404
