"""Addresses to which other systems send what starts a flow."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from runtime.audit import service as audit
from runtime.connections.credentials import Occasion, signature_headers
from runtime.contracts import Actor, NotFound
from runtime.db import db, new_id, utc_now
from runtime.flows.hooks import service
from runtime.flows.hooks.models import Webhook
from runtime.flows.models import FlowRun
from runtime.records import service as records
from runtime.records.query import Query
from runtime.security.limits import limiter
from tests.client import PageClient
from tests.together import at_once

from ..conftest import Workshop, flow

FIELDS = [{"name": "customer", "type": "text", "need": "always"}, {"name": "amount", "type": "number"}]
ORDERED = flow(
    {"id": "sent", "type": "trigger.webhook", "config": {"fields": FIELDS}},
    {"type": "condition", "config": {"when": "steps.sent.amount > 100"}, "port": "true"},
    {"type": "record.create", "config": {"form": "customer", "set": {"name": "steps.sent.customer"}}},
    key="ordered",
)


@pytest.fixture
def shop(crm: Workshop) -> Workshop:
    crm.publish(ORDERED)
    return crm


@pytest.fixture
def shop_owner(app: Flask, home: Any, owner: PageClient) -> PageClient:
    """The owner of "home", whose app waits for orders."""
    actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner", "admin"}))
    Workshop(app, actor).publish(ORDERED)
    return owner


def send(client: FlaskClient, url: str, key: str, content: Any, id: str = "msg_1") -> Any:
    body = json.dumps(content).encode()
    headers = signature_headers(key, Occasion(id, utc_now()), body)
    return client.post(url, data=body, headers=headers)


def opened(shop: Workshop) -> tuple[str, str]:
    row, key = service.open_address(shop.id, "ordered", "sent", shop.admin)
    return f"/api/v1/hooks/{row.id}", key


def runs() -> int:
    return db.session.scalar(select(func.count()).select_from(FlowRun)) or 0


def test_what_is_sent_starts_the_flow_with_its_content(shop: Workshop) -> None:
    url, key = opened(shop)
    answer = send(shop.flask.test_client(), url, key, {"customer": "华兴", "amount": 500, "more": [1]})
    assert answer.status_code == 202
    shop.drain()
    (made,) = records.page(shop.id, "customer", Query(), shop.admin).items
    assert made.data["name"] == "华兴"
    run = db.session.scalar(select(FlowRun))
    assert (run.id, run.state) == (answer.json["run"], "done")
    assert db.session.scalar(select(Webhook.received_at)) is not None


def test_what_is_not_as_agreed_is_said_and_starts_nothing(shop: Workshop) -> None:
    url, key = opened(shop)
    answer = send(shop.flask.test_client(), url, key, {"amount": "500"})
    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json["errors"]] == ["/customer", "/amount"]
    assert send(shop.flask.test_client(), url, key, [], "msg_2").status_code == 422
    assert runs() == 0


def test_t40_a_delivery_is_taken_once(shop: Workshop) -> None:
    url, key = opened(shop)
    content = {"customer": "华兴", "amount": 1}
    assert [send(shop.flask.test_client(), url, key, content).status_code for _ in range(2)] == [202, 409]
    shop.drain()
    assert send(shop.flask.test_client(), url, key, content).status_code == 409
    assert send(shop.flask.test_client(), url, key, content, "msg_2").status_code == 202
    assert runs() == 2


def test_t40_whoever_has_not_the_key_of_this_address_is_refused(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)
    url, key = opened(shop)
    client, content = shop.flask.test_client(), {"customer": "华兴"}
    missing = f"/api/v1/hooks/{new_id()}"
    refused = [client.post(url, json=content), send(client, missing, key, content)]
    refused += [send(client, url, "whsec_AAAA", content)]
    assert {answer.status_code for answer in refused} == {401}
    assert len({answer.data for answer in refused}) == 1
    _, newer = service.open_address(shop.id, "ordered", "sent", shop.admin)
    assert send(client, url, key, content).status_code == 401
    assert send(client, url, newer, content).status_code == 202
    shop.flask.config["SECRET_KEY"] = "another key that is long enough to be one"
    assert send(client, url, newer, content, "msg_2").status_code == 401


def test_too_much_is_refused_before_it_is_read(shop: Workshop) -> None:
    url, key = opened(shop)
    assert send(shop.flask.test_client(), url, key, {"customer": "x" * 300_000}).status_code == 413
    assert runs() == 0


def test_a_closed_address_and_one_whose_trigger_is_gone_start_nothing(shop: Workshop) -> None:
    url, key = opened(shop)
    shop.publish(flow({"type": "trigger.manual", "config": {}}, key="ordered"))
    assert send(shop.flask.test_client(), url, key, {"customer": "华兴"}).status_code == 404
    service.close_address(shop.id, url.rpartition("/")[2], shop.admin)
    assert send(shop.flask.test_client(), url, key, {"customer": "华兴"}).status_code == 401
    with pytest.raises(NotFound):
        opened(shop)


def test_an_address_that_two_open_at_once_is_one(shop: Workshop) -> None:
    open_it = lambda: service.open_address(shop.id, "ordered", "sent", shop.admin)[0].id  # noqa: E731
    first, second = at_once(shop.flask, shop.admin.tenant_id, open_it, open_it)
    assert first == second
    assert db.session.scalar(select(func.count()).select_from(Webhook)) == 1


def test_t42_the_key_stands_in_no_row_and_no_audit(shop: Workshop) -> None:
    _, key = opened(shop)
    assert key not in str(db.session.execute(select(Webhook.__table__)).all())
    assert key not in str(audit.entries())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_makes_an_address_and_shows_its_key_once(shop_owner: PageClient) -> None:
    client = shop_owner
    page = "/t/home/a/crm/hooks"
    assert "No address yet" in client.get(page).text
    made = client.post(page, data={"flow": "ordered", "trigger": "sent"})
    assert (made.status_code, "whsec_" in made.text) == (201, True)
    again = client.get(page).text
    assert "/api/v1/hooks/" in again
    assert 'href="/t/home/a/crm/build/" aria-current="page"' in again
    assert "whsec_" not in again.replace("after whsec_", "")
    id = db.session.scalar(select(Webhook.id))
    client.post(f"{page}/{id}/close")
    assert "No address yet" in client.get(page).text
