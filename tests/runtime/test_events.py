"""The outbox: what a change leaves behind, and how it is read again."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from runtime import events
from runtime.contracts import Cause, Event
from runtime.db import db, new_id, tenant, transaction
from runtime.documents import check
from runtime.events import Dispatch, EventRow
from wsgi import rooms

GOLDEN = json.loads((Path(__file__).parents[1] / "documents/event.json").read_text(encoding="utf-8"))


@pytest.fixture
def happened(tenant_id: str) -> Event:
    ids = {name: new_id() for name in ("id", "app_id", "record_id", "actor_id")}
    at = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
    return Event(
        **ids, tenant_id=tenant_id, form="customer", rev=2, release=1, type="updated", at=at, changed=("amount",),
        old={"amount": 1}, new={"amount": 2, "industry": None}, cause=Cause(new_id(), 1),
    )  # fmt: skip


def keep(event: Event) -> None:
    row, dispatch = events.rows(event)
    with transaction() as session:
        session.execute(insert(EventRow), row)
        if dispatch:
            session.execute(insert(Dispatch), dispatch)


def test_an_event_is_read_as_it_was_written(happened: Event) -> None:
    keep(happened)
    assert events.find(happened.id) == happened
    assert events.find(new_id()) is None


def test_it_waits_to_be_taken_up_unless_no_flow_shall_hear_of_it(happened: Event) -> None:
    keep(happened)
    keep(replace(happened, id=new_id(), rev=3, flows=False))
    (waiting,) = db.session.scalars(select(Dispatch)).all()
    assert (waiting.id, waiting.kind, waiting.fence, waiting.lease) == (happened.id, "event", 0, None)


def test_its_document_is_event_1(happened: Event) -> None:
    document = json.loads(json.dumps(events.event_document(happened)))
    assert check("event", document) == []
    assert document.keys() == GOLDEN.keys()


def test_t07_another_tenants_event_is_not_found(happened: Event) -> None:
    keep(happened)
    with tenant(new_id()):
        assert events.find(happened.id) is None


def test_no_two_rooms_offer_the_same_kind_of_work(app: Flask) -> None:
    offered = [kind for module in rooms("jobs") for kind in module.works]
    assert sorted(offered) == sorted(events.works)
    assert {"event", "mail", "export", "rebuild"} < set(offered)


def test_what_no_room_offers_is_not_put_on_the_list(tenant_id: str) -> None:
    with pytest.raises(KeyError), transaction():
        events.call_for(new_id(), "rebiuld")
    assert db.session.scalars(select(Dispatch)).all() == []
