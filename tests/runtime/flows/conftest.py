"""An app with a customer form and a flow, and workers to run it."""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from runtime import queue
from runtime.contracts import Actor, Change, Saved
from runtime.db import transaction
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.flows.models import FlowRun
from runtime.records import service as records
from runtime.records.record import Record
from runtime.releases import service as releases
from runtime.releases.models import App

CUSTOMER = {
    "format": "form/1",
    "key": "customer",
    "title": "客户",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称"},
            "industry": {"type": "string", "title": "行业"},
            "amount": {"type": "number", "title": "采购额", "x-currency": "CNY", "x-scale": 2},
            "grade": {"type": "string", "title": "等级"},
            "closes": {"type": "string", "format": "date", "title": "日期"},
            "special": {"type": "boolean", "title": "非标条款"},
            "contact": {"type": "string", "title": "联系人", "x-ref": {"person": True}},
        },
        "required": ["name"],
    },
    "ui": {},
}
TASK = {
    "format": "form/1",
    "key": "task",
    "title": "任务",
    "schema": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "title": "标题"},
            "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
            "number": {"type": "integer", "title": "编号"},
        },
        "required": ["title"],
    },
    "ui": {},
}
GRADING: dict[str, Any] = {
    "format": "flow/1",
    "key": "grading",
    "title": "客户分级",
    "settings": {"run_as": "system"},
    "nodes": [
        {
            "id": "t",
            "type": "trigger.record",
            "config": {"form": "customer", "on": ["created", "updated"], "fields": ["amount"]},
        },
        {"id": "rich", "type": "condition", "config": {"when": "record.amount > 500000"}},
        {"id": "tag", "type": "record.update", "config": {"record": "record.id", "set": {"grade": "'high'"}}},
        {
            "id": "task",
            "type": "record.create",
            "config": {"form": "task", "set": {"title": "CONCAT('Visit ', record.name)", "customer": "record.id"}},
        },
    ],
    "edges": [
        {"id": "e1", "source": "t", "port": "out", "target": "rich"},
        {"id": "e2", "source": "rich", "port": "true", "target": "tag"},
        {"id": "e3", "source": "tag", "port": "out", "target": "task"},
    ],
}


def flow(*nodes: dict[str, Any], key: str = "flow", **settings: Any) -> dict[str, Any]:
    """A flow whose nodes follow each other; each is {"type", "config"}, with an "id" and the "port" it goes on by."""
    parts = [{"id": f"n{number}", **node} for number, node in enumerate(nodes)]
    edges = [
        {"id": f"e{number}", "source": one["id"], "port": one.pop("port", "out"), "target": other["id"]}
        for number, (one, other) in enumerate(pairwise(parts))
    ]
    return {"format": "flow/1", "key": key, "title": key, "settings": settings, "nodes": parts, "edges": edges}


def on_created(**config: Any) -> dict[str, Any]:
    """The trigger of a new customer."""
    return {"type": "trigger.record", "config": {"form": "customer", "on": ["created"], **config}}


def _earlier(due: str | None, by: timedelta) -> str | None:
    return (datetime.fromisoformat(due) - by).isoformat() if due else None


class Workshop:
    """An app under test: publish flows, change records, let a worker look."""

    def __init__(self, flask: Flask, admin: Actor) -> None:
        self.flask = flask
        self.admin = admin
        self.row: App = releases.create_app("crm", "CRM", "zh-CN", admin)

    @property
    def id(self) -> str:
        return self.row.id

    def publish(self, *flows: dict[str, Any], **more: Any) -> None:
        document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, TASK], **more}
        releases.add_release(self.row, copy.deepcopy({**document, "flows": list(flows)}), "", self.admin)

    def create(self, form: str = "customer", **answers: Any) -> Saved:
        return records.change(Change(self.id, form, "create", answers), self.admin)

    def update(self, saved: Saved, form: str = "customer", **answers: Any) -> Saved:
        return records.change(Change(self.id, form, "update", answers, record_id=saved.id), self.admin)

    def delete(self, saved: Saved, form: str = "customer") -> Saved:
        return records.change(Change(self.id, form, "delete", record_id=saved.id), self.admin)

    def read(self, saved: Saved, form: str = "customer") -> Record:
        return records.read(self.id, form, saved.id, self.admin)

    def pass_time(self, **much: int) -> None:
        """Let time pass: everything that sleeps or is held is nearer by that much."""
        earlier = timedelta(**much)
        with transaction() as session:
            for row in session.scalars(select(Dispatch)):
                row.due -= earlier
                row.lease = row.lease and row.lease - earlier
            for run in session.scalars(select(FlowRun)):
                marks = {id: mark | {"due": _earlier(mark["due"], earlier)} for id, mark in run.data["marks"].items()}
                run.data = run.data | {"marks": marks}

    def drain(self) -> int:
        return draining.drain(self.flask.config)


@pytest.fixture
def crm(app: Flask, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The app, with nobody listening to hints: the test itself looks for work."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    return Workshop(app, admin)


@pytest.fixture
def settle(crm: Workshop) -> Callable[[], int]:
    """Let a worker look until nothing is left."""
    return crm.drain
