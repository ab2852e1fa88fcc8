"""The same hostile answers brought through every door of a record: page, API, import and flow; no door is softer."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from builder.publishing import service as publishing
from runtime import queue
from runtime.contracts import Actor
from runtime.db import db, dumps, new_id
from runtime.exchange import service as imports
from runtime.exchange.working.service import work
from runtime.flows.draining import service as draining
from runtime.flows.models import FlowRun
from runtime.flows.pressing import service as pressing
from runtime.identity.doors import service as doors
from runtime.records.models import record
from runtime.security.limits import limiter
from tests.client import PageClient
from tests.conftest import Home
from tests.runtime.records.documents import CUSTOMER, VISIT

HOSTILE: list[dict[str, Any]] = [
    {"subject": "x" * 2_000_000},
    {"subject": ""},
    {"amount": "1e999"},
    {"amount": "1; DROP TABLE record"},
    {"day": "2026-02-31"},
    {"day": "0001-01-01' OR 1=1"},
    {"visited_at": "now()"},
    {"stage": "won' OR 'a'='a"},
    {"stage": "no such stage"},
    {"topics": ["no such topic"]},
    {"customer": "' OR 1=1 --"},
    {"customer": "00000000-0000-7000-8000-000000000000"},
    {"companion": "00000000-0000-7000-8000-000000000000"},
]
"""Answers to the visit form, as text, that no door may let in. (What JSON alone can say is shown at the API.)"""


@dataclass
class House:
    """A tenant with an app, and its owner by page, token and as an actor."""

    app: Flask
    owner: PageClient
    actor: Actor
    app_id: str
    home: Path
    headers: dict[str, str]

    def visits(self) -> list[dict[str, Any]]:
        db.session.rollback()
        return [
            row.data for row in db.session.execute(select(record).where(record.c.form == "visit").order_by(record.c.id))
        ]

    def by_page(self, answers: dict[str, Any]) -> bool:
        sent = {f"f.{name}": value for name, value in {"subject": "x", **answers}.items()}
        sent |= {"_on": list(VISIT["schema"]["properties"]), "_once": new_id()}
        return self.owner.post("/t/home/a/crm/f/visit/new", data=sent).status_code < 400

    def by_api(self, answers: dict[str, Any]) -> bool:
        path = "/api/v1/apps/crm/forms/visit/records"
        sent = {"data": dumps({"subject": "x", **answers}).encode(), "content_type": "application/json"}
        return self.app.test_client().post(path, headers=self.headers, **sent).status_code < 400

    def by_import(self, answers: dict[str, Any]) -> bool:
        values = {"subject": "x", **answers}
        cells = [";".join(value) if isinstance(value, list) else value for value in values.values()]
        lines = [",".join(f'"{cell}"' for cell in row) for row in (values, cells)]
        table, options = io.BytesIO("\n".join(lines).encode()), {"mapping": {name: name for name in values}}
        job = imports.start(self.app_id, "visit", table, "a.csv", options, self.actor, self.home)
        work(job.id, lambda: None, self.home, 60)
        return imports.find(job.id, self.actor).created > 0

    def by_flow(self, answers: dict[str, Any]) -> bool:
        """A run that makes the record from constants in its document."""
        [(name, value)] = answers.items()
        written = f"'{value}'" if isinstance(value, str) else str(value)
        node = {
            "id": "make",
            "type": "record.create",
            "config": {"form": "visit", "set": {"subject": "'x'", name: written}},
        }
        trigger = {"id": "t", "type": "trigger.manual", "config": {"title": "go"}}
        flow = {"format": "flow/1", "key": "go", "title": "go", "nodes": [trigger, node],
                "edges": [{"id": "e", "source": "t", "port": "out", "target": "make"}]}  # fmt: skip
        try:
            publishing.drafts.save(publishing.releases.find_app("crm"), "flows", "go", flow, None, self.actor)
            publishing.publish(publishing.releases.find_app("crm"), "", self.actor)
        except publishing.Refused:
            return False
        run = pressing.press(self.app_id, "go", None, self.actor)
        draining.drain(self.app.config)
        return db.session.scalar(select(FlowRun.state).where(FlowRun.id == run)) == "done"


@pytest.fixture
def house(app: Flask, home: Home, owner: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    found = doors.actor_of(home.member_id)
    assert found
    document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, VISIT]}
    made, _ = publishing.take_in(document, found[0], live=True)
    headers = {"Authorization": f"Bearer {doors.issue_token(home.member_id, doors.SCOPES)}"}
    return House(app, owner, found[0], made.id, tmp_path, headers)


DOORS: list[Callable[[House, dict[str, Any]], bool]] = [House.by_page, House.by_api, House.by_import, House.by_flow]


@pytest.mark.parametrize("door", DOORS)
def test_t06_the_same_hostile_answers_come_in_by_no_door(
    house: House, door: Callable[[House, dict[str, Any]], bool]
) -> None:
    let_in = [answers for answers in HOSTILE if door(house, answers)]
    assert [str(answers)[:60] for answers in let_in] == []
    assert house.visits() == []
    assert door(house, {"subject": "sound"})
    assert [visit["subject"] for visit in house.visits()] == ["sound"]


@pytest.mark.parametrize("door", DOORS)
def test_t06_what_only_looks_hostile_is_kept_as_it_is_by_every_door(
    house: House, door: Callable[[House, dict[str, Any]], bool]
) -> None:
    for text in (
        "x; DROP TABLE record; --",
        "%_\\\\" if door is House.by_flow else "%_\\",
        "{{7*7}}",
        "=1+1",
        "\u202e甲",
    ):
        assert door(house, {"subject": text}), text
    kept = [visit["subject"] for visit in house.visits()]
    assert kept == ["x; DROP TABLE record; --", "%_\\", "{{7*7}}", "=1+1", "\u202e甲"]
