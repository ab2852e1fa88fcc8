"""A schedule for many records and a loop over them, with workers killed in the middle: every effect once."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from runtime import queue
from runtime.contracts import Actor, Change
from runtime.db import db, transaction, utc_now
from runtime.events import Dispatch
from runtime.flows import jobs
from runtime.flows.models import FlowRun, FlowStep, FlowTimer
from runtime.flows.pressing import service as pressing
from runtime.records import service as records
from runtime.records.models import record
from runtime.releases import service as releases

from .conftest import CUSTOMER, TASK, flow
from .processes import Workers, wait_until

MANY = 120
PATIENCE = 120
MADE = {"title": "'daily'", "customer": "record.id"}
LOOP = flow({"type": "trigger.manual", "config": {}}, {"type": "foreach"}, key="loop")
LOOP["nodes"][1] |= {
    "config": {"form": "customer", "limit": 1_000},
    "nodes": [
        {
            "id": "make",
            "type": "record.create",
            "config": {"form": "task", "set": {"title": "'loop'", "customer": "item.id"}},
        },
        {
            "id": "mark",
            "type": "record.update",
            "config": {"form": "customer", "record": "item.id", "set": {"grade": "'seen'"}},
        },
    ],
    "edges": [{"id": "i", "source": "make", "port": "out", "target": "mark"}],
}

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def daily(at: datetime) -> dict[str, Any]:
    """A flow for all customers at this hour of every day."""
    plan = {"cron": f"0 {at.hour} * * *"}
    return flow(
        {"type": "trigger.schedule", "config": {"plan": plan, "timezone": "UTC", "form": "customer"}},
        {"type": "record.create", "config": {"form": "task", "set": MADE}},
        key="daily",
    )


class Crowd:
    """Many customers, and workers that are killed while they are gone through."""

    def __init__(self, admin: Actor, workers: Workers) -> None:
        self.admin, self.workers = admin, workers
        self.app = releases.create_app("crm", "CRM", "zh-CN", admin)
        self.last = (utc_now() - timedelta(hours=12)).replace(minute=0, second=0, microsecond=0)
        flows = [daily(self.last), LOOP]  # half a day away: it does not come due by itself meanwhile
        document = {"format": "app/1", "key": "crm", "title": "CRM", "forms": [CUSTOMER, TASK], "flows": flows}
        releases.add_release(self.app, document, "", admin)
        answers = ({"name": f"客户 {number}", "amount": number} for number in range(MANY))
        records.change_all([Change(self.app.id, "customer", "create", one, flows=False) for one in answers], admin)

    def come_due(self) -> None:
        """Let its hour have come."""
        with transaction() as session:
            session.execute(update(FlowTimer).values(due=self.last))
            session.execute(update(Dispatch).where(Dispatch.kind == "timer").values(due=utc_now()))

    def made(self, title: str) -> int:
        try:
            jobs.sweep()
            return self._count(title)
        except DBAPIError:
            return 0
        finally:
            db.session.rollback()
            self.workers.restart_dead()

    def _count(self, title: str) -> int:
        mine = (record.c.form == "task", record.c.data["title"].as_string() == title)
        return db.session.scalar(select(func.count()).select_from(record).where(*mine)) or 0

    def outlives(self, title: str) -> None:
        """Kill a worker again and again until all is made, then count."""
        for share in (0.1, 0.4, 0.7):
            assert self._reaches(lambda: self.made(title) >= share * MANY)  # noqa: B023
            self.workers.replace(random.choice(self.workers.running))
        assert self._reaches(lambda: self.made(title) >= MANY and self._is_quiet())
        mine = (record.c.form == "task", record.c.data["title"].as_string() == title)
        distinct = func.count(func.distinct(record.c.data["customer"].as_string()))
        assert db.session.execute(select(func.count(), distinct).where(*mine)).one() == (MANY, MANY)

    def _is_quiet(self) -> bool:
        waiting = db.session.scalars(select(Dispatch.kind).where(Dispatch.kind != "timer")).first()
        return waiting is None

    def _reaches(self, holds: Callable[[], bool]) -> bool:
        return wait_until(holds, PATIENCE)


@pytest.fixture
def crowd(app: Flask, admin: Actor, valkey: str, tmp_path: Path) -> Iterator[Crowd]:
    app.config["REDIS_URL"] = valkey
    queue.connect(valkey, PATIENCE).flushall()
    workers = Workers(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], valkey)
    for _ in range(2):
        workers.start()
    yield Crowd(admin, workers)
    workers.stop()


def test_a_schedule_and_a_loop_do_everything_once_however_often_workers_are_killed(crowd: Crowd) -> None:
    crowd.come_due()
    crowd.outlives("daily")
    assert db.session.execute(select(FlowRun.state, func.count()).group_by(FlowRun.state)).all() == [("done", MANY)]
    run = pressing.press(crowd.app.id, "loop", None, crowd.admin)
    crowd.outlives("loop")
    assert db.session.scalar(select(FlowRun.state).where(FlowRun.id == run)) == "done"
    steps = select(FlowStep.node, func.count(), func.count(func.distinct(FlowStep.item)))
    counted = db.session.execute(steps.where(FlowStep.run_id == run).group_by(FlowStep.node)).all()
    assert sorted(counted) == [("make", MANY, MANY), ("mark", MANY, MANY), ("n1", 1, 0)]
    customers = select(record.c.rev, func.count()).where(record.c.form == "customer").group_by(record.c.rev)
    assert db.session.execute(customers).all() == [(2, MANY)]
