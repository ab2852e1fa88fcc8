"""Hints and workers, on a real Valkey."""

import time
from collections.abc import Iterator
from threading import Timer

import psycopg
import pytest
import redis
from flask import Flask
from psycopg.pq import ExecStatus
from rq.job import Job
from rq.serializers import JSONSerializer

from runtime import queue
from tests.conftest import maintenance

LIST = "rq:queue:trellis"
PATIENCE = 60


@pytest.fixture
def alarm(valkey: str) -> Iterator[queue.Alarm]:
    connection = queue.connect(valkey, PATIENCE)
    connection.flushall()
    yield queue.Alarm(connection)
    connection.close()


def test_many_hints_are_one_until_it_was_taken(alarm: queue.Alarm) -> None:
    assert all(alarm.wake() for _ in range(5))
    assert alarm.connection.llen(LIST) == 1
    alarm.connection.lpop(LIST)
    alarm.wake()
    assert alarm.connection.llen(LIST) == 1


def test_a_hint_after_everything_was_flushed_is_heard(alarm: queue.Alarm) -> None:
    alarm.wake()
    alarm.connection.flushall()
    assert alarm.wake()
    assert alarm.connection.llen(LIST) == 1


def test_the_permanent_job_is_json_and_has_no_time_limit(alarm: queue.Alarm) -> None:
    alarm.wake()
    job = Job.fetch(queue.JOB, connection=alarm.connection, serializer=JSONSerializer)
    assert (job.func_name, job.timeout, job.result_ttl) == (queue.DRAIN, -1, -1)


def test_a_queue_that_is_gone_is_no_error() -> None:
    nobody = queue.Alarm(queue.connect("unix:///nonexistent/valkey.sock"))
    assert nobody.wake() is False


def test_a_worker_hears_again_and_again_and_outlives_a_failing_look(
    valkey: str, settings: dict, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["REDIS_URL"] = valkey
    queue.connect(valkey, PATIENCE).flushall()
    looks: list[str] = []

    def look() -> None:
        looks.append("looked")
        if len(looks) == 2:
            raise RuntimeError("one look fails")
        if len(looks) < 4:
            queue.wake()

    monkeypatch.setattr("runtime.flows.jobs.drain", look)
    for _ in range(3):
        queue.wake()
        queue.work(app, burst=True)
    assert len(looks) == 5
    with redis.Redis.from_url(valkey) as connection:
        assert connection.exists("rq:job:" + queue.JOB)


@pytest.fixture
def worker(alarm: queue.Alarm, monkeypatch: pytest.MonkeyPatch) -> queue.KeepingWorker:
    """A worker that is in the middle of a look."""
    made = queue.KeepingWorker(["trellis"], connection=alarm.connection, serializer=JSONSerializer)
    monkeypatch.setattr(queue, "_at_work", made)
    return made


def test_a_look_that_found_nothing_takes_the_next_hint_itself(alarm: queue.Alarm, worker: queue.KeepingWorker) -> None:
    waking = Timer(0.1, alarm.wake)
    waking.start()
    started = time.monotonic()
    assert queue.linger(started + PATIENCE)
    assert time.monotonic() - started < PATIENCE
    waking.join()  # it reads its answer after the hint was taken: the connection must outlive it
    assert alarm.connection.llen(LIST) == 0
    alarm.wake()
    assert alarm.connection.llen(LIST) == 1  # whoever listens next hears it: RQ, or a look that lingers


def test_nobody_lingers_longer_than_it_may_or_after_it_was_told_to_stop(worker: queue.KeepingWorker) -> None:
    started = time.monotonic()
    assert not queue.linger(started + 0.5)
    worker._stop_requested = True
    assert not queue.linger(started + 100)
    assert time.monotonic() - started < 100


def test_outside_a_worker_nobody_lingers(alarm: queue.Alarm) -> None:
    alarm.wake()
    assert not queue.linger(time.monotonic() + 100)
    assert alarm.connection.llen(LIST) == 1


def test_a_worker_that_hangs_in_the_middle_of_a_pipeline_loses_its_transaction_and_its_locks(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "IDLE_SECONDS", 1)
    lock, where = "SELECT pg_advisory_xact_lock(44)", maintenance(postgres_server)
    with psycopg.connect(where) as hanging, psycopg.connect(where, autocommit=True) as other:
        assert hanging.info.server_version >= 170000
        queue._limit_idleness(hanging, None)
        hanging.pgconn.enter_pipeline_mode()
        for text in ("BEGIN", lock):
            hanging.pgconn.send_query_params(text.encode(), None)
        hanging.pgconn.send_flush_request()
        hanging.pgconn.flush()  # the server has it, and hears no more of us
        _, _, locked = (hanging.pgconn.get_result() for _ in range(3))
        assert locked
        assert locked.status == ExecStatus.TUPLES_OK
        other.execute(f"SET lock_timeout = '{PATIENCE}s'")
        other.execute(lock)
        hanging.close()
