"""The slot map over releases: a new slot is unusable until its rebuild is done."""

from typing import Any

import pytest
from sqlalchemy import select

from runtime.contracts import Actor
from runtime.db import db
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.records import service
from runtime.records.models import record
from runtime.records.query import Query
from runtime.records.slotting import service as slotting
from runtime.releases import service as releases
from tests.runtime.records.conftest import Save
from tests.runtime.records.documents import APP, CUSTOMER, VISIT

SCHEMA: dict[str, Any] = VISIT["schema"]  # type: ignore[assignment]
FIRST = VISIT | {
    "schema": {**SCHEMA, "properties": {name: SCHEMA["properties"][name] for name in ("subject", "stage")}}
}
MANY = 5


@pytest.fixture
def grown(admin: Actor) -> str:
    """An app whose first release knows fewer fields; its id."""
    app = releases.create_app("crm", "客户管理", "zh-CN", admin)
    releases.add_release(app, APP | {"forms": [CUSTOMER, FIRST], "flows": []}, "", admin)
    return app.id


@pytest.fixture
def app_id(grown: str) -> str:
    return grown


def found(app_id: str, admin: Actor, name: str, value: Any) -> int | None:
    query = Query({"field": name, "op": "eq", "value": value})
    return service.page(app_id, "visit", query, admin).count


def grow(admin: Actor) -> None:
    releases.add_release(releases.find_app("crm"), APP | {"flows": []}, "", admin)


def test_a_small_form_is_rebuilt_when_the_release_is_first_met(app_id: str, admin: Actor, save: Save) -> None:
    for _ in range(MANY):
        save("visit", subject="a", stage="won")
    db.session.execute(record.update().values(data={"subject": "a", "stage": "won", "amount": 7}))
    db.session.commit()
    grow(admin)
    assert found(app_id, admin, "amount", 7) == MANY
    assert set(db.session.scalars(select(record.c.n1))) == {7.0}


def test_a_large_form_waits_for_a_worker_and_is_filtered_on_data_until_then(
    app_id: str, admin: Actor, save: Save, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    monkeypatch.setattr(slotting, "AT_ONCE", 2)
    monkeypatch.setattr(slotting, "BATCH", 2)
    monkeypatch.setattr("runtime.queue.wake", lambda: True)
    monkeypatch.setattr("runtime.queue.alarm", lambda: type("Alarm", (), {"heard": lambda self: None})())
    for _ in range(MANY):
        save("visit", subject="a", stage="won")
    db.session.execute(record.update().values(data={"subject": "a", "stage": "won", "amount": 7}))
    db.session.commit()
    grow(admin)
    assert found(app_id, admin, "amount", 7) == MANY
    assert set(db.session.scalars(select(record.c.n1))) == {None}
    assert [row.kind for row in db.session.scalars(select(Dispatch))] == ["rebuild"]
    db.session.rollback()
    draining.drain(settings)
    assert set(db.session.scalars(select(record.c.n1))) == {7.0}
    assert all(slot.ready for slot in slotting.slots_of(releases.current(app_id), "visit").values())
    assert found(app_id, admin, "amount", 7) == MANY
    assert db.session.scalars(select(Dispatch)).all() == []
