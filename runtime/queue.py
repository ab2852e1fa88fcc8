"""RQ as the alarm clock: hints that there is work, and the workers that wake up on them.

What is to be done stands in SQL. A hint says "look", no more: hints are coalesced, and losing one is harmless because
the sweeper hints again.
"""

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

import redis
from flask import Flask, current_app
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker
from rq.worker_registration import get_keys
from sqlalchemy import event

from runtime.db import db

log = logging.getLogger(__name__)

QUEUE = "trellis"
JOB = "trellis-drain"
DRAIN = "runtime.flows.jobs.drain"
DEAF_SECONDS = 1.0
IDLE_SECONDS = 60
SIGN_OF_LIFE_SECONDS = 60
"""A worker that waits says so often that it still lives; one that was killed is forgotten a minute later."""

JOBS_UNTIL_RECYCLED = 2_000
LISTEN_SECONDS = 1
"""A worker that lingers looks so often whether it has been told to stop."""

_HINT = """
if redis.call('EXISTS', KEYS[2]) == 0 then return -1 end
if redis.call('LLEN', KEYS[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
return 1
"""
"""While a hint waits in the list, whoever takes it will look later than now: a second one would say nothing new."""


def connect(url: str, patience: float = 0.5) -> redis.Redis:
    """A connection pool to Redis or Valkey; a call fails after `patience` seconds."""
    return redis.Redis.from_url(url, socket_connect_timeout=patience, socket_timeout=patience)


class Alarm:
    """Sends hints to one queue; never raises, because a lost hint costs only time."""

    def __init__(self, connection: redis.Redis) -> None:
        self.connection = connection
        self._script = connection.register_script(_HINT)
        self._deaf_until = 0.0

    def wake(self) -> bool:
        """Hint that there is work. Says whether the queue heard it."""
        if time.monotonic() < self._deaf_until:
            return False
        try:
            if self._hint() == -1:
                self._make_job()
                self._hint()
        except redis.RedisError as error:
            self._deaf_until = time.monotonic() + DEAF_SECONDS
            log.warning("The queue did not hear a hint, the sweeper will repeat it: %s", error)
            return False
        return True

    def _hint(self) -> int:
        return int(self._script(keys=[Queue.redis_queue_namespace_prefix + QUEUE, Job.key_for(JOB)], args=[JOB]))

    def _make_job(self) -> None:
        """The one permanent job whose id every hint pushes."""
        job = Job.create(
            DRAIN,
            id=JOB,
            connection=self.connection,
            serializer=JSONSerializer,
            timeout=-1,
            result_ttl=-1,
            origin=QUEUE,
        )
        job.save()
        self.connection.sadd(Queue.redis_queues_keys, Queue.redis_queue_namespace_prefix + QUEUE)


def alarm() -> Alarm:
    """The alarm of the running application, made at first use."""
    known = current_app.extensions.get("trellis_alarm")
    if known is None:
        known = current_app.extensions["trellis_alarm"] = Alarm(connect(current_app.config["REDIS_URL"]))
    return known


def settings() -> Mapping[str, Any]:
    """The configuration of the running application, for jobs."""
    return current_app.config


def wake() -> bool:
    """Hint the workers that there is work; call it after the commit."""
    return alarm().wake()


def answers() -> bool:
    """Whether Redis or Valkey can be reached now."""
    try:
        return bool(alarm().connection.ping())
    except redis.RedisError:
        return False


def workers() -> int | None:
    """How many workers gave a sign of life within two minutes; None when the queue cannot be reached."""
    try:
        connection = alarm().connection
        known = get_keys(connection=connection)
        return int(connection.exists(*known)) if known else 0
    except redis.RedisError:
        return None


class KeepingWorker(SimpleWorker):  # type: ignore[misc]
    """Works in its own process without a fork per job, so that connections and compiled documents are kept."""

    log_result_lifespan = False
    max_connection_wait_time = 2.0
    """A queue that is back is heard again after so many seconds at most."""

    def handle_job_failure(self, job: Job, *args: Any, **kwargs: Any) -> None:
        """A failed look must not make the permanent job expire: the sweeper will look again."""
        super().handle_job_failure(job, *args, **kwargs)
        job.connection.persist(job.key)


_at_work: KeepingWorker | None = None
"""The worker of this process, unless it is to end when nothing is left."""


def linger(until: float) -> bool:
    """In a worker whose look has found nothing more: wait for the next hint till then, and say whether one came.

    It listens where RQ itself would: one who pops a hint looks, whichever way it was popped. Through RQ it takes some
    milliseconds until a job begins, here less than one.
    """
    worker = _at_work
    while worker is not None and not worker._stop_requested and time.monotonic() < until:
        try:
            if worker.connection.blpop(Queue.redis_queue_namespace_prefix + QUEUE, LISTEN_SECONDS):
                return True
        except redis.RedisError:
            return False
    return False


def work(app: Flask, burst: bool = False) -> int:
    """The worker role of a process: until told to stop, or recycled after many jobs. Gives the exit code."""
    connection = connect(app.config["REDIS_URL"], patience=5)
    jobs = JOBS_UNTIL_RECYCLED + random.randrange(JOBS_UNTIL_RECYCLED // 10)  # not all of them at once
    with app.app_context():
        event.listen(db.engine, "connect", _limit_idleness)
        alarm().wake()
        worker = KeepingWorker(
            [_queue(connection)], connection=connection, serializer=JSONSerializer, worker_ttl=SIGN_OF_LIFE_SECONDS
        )
        global _at_work
        _at_work = None if burst else worker
        worker.work(burst=burst, max_jobs=jobs, logging_level="WARNING")
    return 0


def _limit_idleness(connection: Any, record: Any) -> None:
    """PostgreSQL: a worker that hangs in the middle of a transaction loses it, so that others can lock its records.

    In the middle of a pipeline it does not count as idle; from PostgreSQL 17 on that ends too.
    """
    if "psycopg" in type(connection).__module__:
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        if connection.info.server_version >= 170000:
            connection.execute(f"SET transaction_timeout = '{IDLE_SECONDS}s'")
        connection.commit()


def _queue(connection: redis.Redis) -> Queue:
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer, default_timeout=-1)
