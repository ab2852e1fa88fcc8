"""A backup taken while people and flows write is one moment of it all, and goes on from there when it is restored."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from runtime.backups import service
from runtime.contracts import Actor, Change
from runtime.db import db, tenant
from runtime.events import Dispatch, EventRow
from runtime.flows.draining import service as draining
from runtime.flows.models import FlowRun, FlowStep
from runtime.identity import service as identity
from runtime.records import service as records
from runtime.records.models import record, record_rev
from runtime.releases import service as releases
from runtime.releases.models import App
from tests.runtime.flows.conftest import CUSTOMER, TASK, flow, on_created

from .test_backup import empty_it

VISIT = flow(
    on_created(),
    {"type": "record.create", "config": {"form": "task", "set": {"title": "record.name", "customer": "record.id"}}},
    {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'seen'"}}},
    key="visit",
)


class Traffic:
    """People who make and change customers, and a worker, each in a thread, until they are told to stop."""

    def __init__(self, app: Flask, actor: Actor, crm: App) -> None:
        self.app, self.actor, self.crm = app, actor, crm
        self.made = 0
        self.problems: list[Exception] = []
        self._stop = Event()
        self._threads = [Thread(target=self._keep, args=[act]) for act in (self._write, self._work)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def await_more(self, count: int = 1) -> None:
        """Returns when so many more customers have been made."""
        enough = self.made + count
        while self.made < enough and not self.problems:
            self._stop.wait(0.005)

    def _keep(self, act: Callable[[], None]) -> None:
        with self.app.app_context():
            while not self._stop.is_set() and not self.problems:
                try:
                    act()
                except Exception as problem:
                    self.problems.append(problem)

    def _write(self) -> None:
        with tenant(self.actor.tenant_id):
            saved = records.change(Change(self.crm.id, "customer", "create", {"name": f"客户 {self.made}"}), self.actor)
            self.made += 1
            change = Change(self.crm.id, "customer", "update", {"industry": "医疗"}, record_id=saved.id)
            records.change(change, self.actor)

    def _work(self) -> None:
        draining.drain(self.app.config)
        self._stop.wait(0.002)


@pytest.fixture
def traffic(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traffic]:
    monkeypatch.setattr("runtime.queue.Alarm._hint", lambda alarm: 0)
    made = identity.create_tenant("acme", "Acme")
    actor = Actor(made.id, powers=frozenset({"owner", "admin"}))
    with tenant(made.id):
        crm = releases.create_app("crm", "CRM", "zh-CN", actor)
        document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, TASK]}
        releases.add_release(crm, {**document, "flows": [VISIT]}, "", actor)
        yield Traffic(app, actor, crm)


def test_a_backup_under_load_is_one_moment_and_goes_on_from_there(
    app: Flask, traffic: Traffic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = service._rows

    def slowly(*asked: Any) -> Iterator[Any]:
        """Between any two tables something is written."""
        traffic.await_more()
        yield from read(*asked)

    monkeypatch.setattr(service, "_rows", slowly)
    with traffic:
        traffic.await_more(10)
        at_first = traffic.made
        service.backup(tmp_path / "all.zip", tmp_path)
        at_last = traffic.made
    assert traffic.problems == []
    db.session.remove()
    empty_it()
    service.restore(tmp_path / "all.zip", tmp_path / "new")
    customers = count(record, record.c.form == "customer")
    assert at_first <= customers < at_last - 20
    assert_consistent()
    db.session.execute(update(Dispatch).values(lease=None))  # in a minute, as whoever held it is gone
    db.session.commit()
    while draining.drain(app.config):
        pass
    assert db.session.scalars(select(FlowRun.state).distinct()).all() == ["done"]
    assert count(FlowRun) == count(record, record.c.form == "task") == customers
    assert_consistent()


def count(table: Any, *which: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*which)) or 0


def pairs(*columns: Any) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in db.session.execute(select(*columns))}


def assert_consistent() -> None:
    """Each record has all its revisions and each of them its event; what is due and what has run belongs to them."""
    revisions = pairs(record_rev.c.record_id, record_rev.c.rev)
    assert revisions == {(id, rev) for id, last in pairs(record.c.id, record.c.rev) for rev in range(1, last + 1)}
    events = pairs(EventRow.record_id, EventRow.rev)
    assert events == revisions
    runs, under_way = pairs(FlowRun.id), {id for id, ended in pairs(FlowRun.id, FlowRun.ended_at) if ended is None}
    due = pairs(Dispatch.kind, Dispatch.id)
    assert {id for kind, id in due if kind == "run"} == under_way
    relayed = {id for (id,) in pairs(FlowRun.event_id)} | {id for kind, id in due if kind == "event"}
    starting = select(EventRow.id).where(EventRow.form == "customer", EventRow.type == "created")
    assert set(db.session.scalars(starting)) <= relayed <= {id for (id,) in pairs(EventRow.id)}
    assert pairs(FlowStep.run_id) <= runs
