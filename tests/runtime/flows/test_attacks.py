"""Flows in the hands of those who hurry, and of those who would have them never end."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from runtime import queue
from runtime.contracts import Actor, Conflict, Fault
from runtime.db import db, new_id
from runtime.flows import service
from runtime.flows.models import FlowRun, Incident
from runtime.flows.pressing import service as pressing
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from tests.conftest import Home
from tests.together import at_once

from .conftest import Workshop, flow, on_created

PRESSED = flow(
    {"type": "trigger.manual", "config": {"title": "go"}},
    {"type": "record.create", "config": {"form": "task", "set": {"title": "'made'"}}},
    key="pressed",
)


def runs() -> int:
    return db.session.scalar(select(func.count()).select_from(FlowRun)) or 0


def test_t41_a_button_clicked_twice_at_once_starts_one_run(app: Flask, crm: Workshop, admin: Actor) -> None:
    crm.publish(PRESSED)
    acts = [lambda: pressing.press(crm.id, "pressed", None, admin, "page-1")] * 4
    results = at_once(app, admin.tenant_id, *acts)
    db.session.rollback()
    assert len(results) == 4
    assert len({str(result) for result in results}) == 1, results
    assert runs() == 1


def test_a_key_that_started_a_run_for_one_record_starts_none_for_another(crm: Workshop, admin: Actor) -> None:
    button = {"type": "trigger.manual", "config": {"form": "customer", "title": "go"}}
    crm.publish(flow(button, {"type": "set", "config": {"values": {"a": "1"}}}, key="on_one"))
    one, other = crm.create(name="甲").id, crm.create(name="乙").id
    run = pressing.press(crm.id, "on_one", one, admin, "key-1")
    assert pressing.press(crm.id, "on_one", one, admin, "key-1") == run
    with pytest.raises(Conflict):
        pressing.press(crm.id, "on_one", other, admin, "key-1")
    assert runs() == 1


def test_t41_of_cancel_and_retry_at_once_one_wins(app: Flask, crm: Workshop, admin: Actor) -> None:
    crm.publish(flow(on_created(), {"type": "set", "config": {"values": {"a": "1 / record.amount"}}}))
    crm.create(name="甲", amount=0)
    crm.drain()
    run = db.session.scalar(select(FlowRun.id))
    assert run
    acts = [lambda: service.cancel(run, admin), lambda: service.retry(run, admin)] * 2
    results = at_once(app, admin.tenant_id, *acts)
    db.session.rollback()
    assert all(result is None or isinstance(result, Fault) for result in results)
    crm.drain()
    row = db.session.scalar(select(FlowRun))
    assert row is not None
    assert row.state in ("cancelled", "failed", "waiting")


def test_t33_a_condition_that_fails_for_ever_ends_as_an_incident(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "set", "config": {"values": {"a": "1 / record.amount"}}}))
    crm.create(name="甲", amount=0)
    assert crm.drain() >= 0
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1
    crm.drain()
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def test_t15_a_token_that_may_run_flows_mends_none_it_may_not_build(app: Flask, home: Home, quiet: None) -> None:
    owner = doors.actor_of(home.member_id)
    assert owner
    shop = Workshop(app, owner[0])
    shop.publish(PRESSED)
    run = pressing.press(shop.id, "pressed", None, shop.admin)
    reader = identity.add_member("reader", accounts.create_account("reader@example.com", "correct horse 9").id)
    headers = {"Authorization": f"Bearer {doors.issue_token(reader.id, doors.SCOPES)}"}
    client = app.test_client()
    for act in ("retry", "skip", "cancel"):
        assert client.post(f"/api/v1/runs/{run}/{act}", headers=headers).status_code == 403
    assert client.get(f"/api/v1/runs/{run}", headers=headers).status_code == 403
    assert client.post("/api/v1/apps/crm/flows/pressed/runs", headers=headers).status_code == 403
    assert client.post(f"/api/v1/runs/{new_id()}/retry", headers=headers).status_code == 404
