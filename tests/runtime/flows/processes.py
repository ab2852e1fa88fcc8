"""Worker processes of their own, to be killed, and servers of their own, to be stopped: for the tests of faults."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
LEASE_SECONDS = 2
WORKER = """
import sys
from datetime import timedelta
from runtime import queue
from runtime.flows.dispatching import service as dispatching
from runtime.flows.draining import service as draining
from wsgi import create_app

dispatching.LEASE = timedelta(seconds={lease})
draining.BATCH = 20
queue.IDLE_SECONDS = {lease}
home, database, redis = sys.argv[1:]
queue.work(create_app({{
    "TRELLIS_HOME": home, "SECRET_KEY": "a test key that is long enough to be one",
    "SQLALCHEMY_DATABASE_URI": database, "REDIS_URL": redis,
}}))
"""


@dataclass
class Workers:
    """Workers on a database and a queue; `stop` leaves none behind."""

    home: Path
    database: str
    redis: str
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    asleep: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    @property
    def awake(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self.running if process not in self.asleep]

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORKER.format(lease=LEASE_SECONDS), str(self.home), self.database, self.redis]
        self.started += 1
        with (self.home / f"worker-{self.started}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        self.running.append(process)
        return process

    def replace(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one at once, as the kernel would, and start another, as the supervisor would."""
        self.end(process)
        self.start()

    def end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.running.remove(process)

    def suspend(self, process: subprocess.Popen[bytes]) -> None:
        os.kill(process.pid, signal.SIGSTOP)
        self.asleep.append(process)

    def resume(self, process: subprocess.Popen[bytes]) -> None:
        os.kill(process.pid, signal.SIGCONT)
        self.asleep.remove(process)

    def restart_dead(self) -> None:
        for process in [one for one in self.running if one.poll() is not None]:
            self.running.remove(process)
            self.start()

    def stop(self) -> None:
        for process in self.running:
            process.kill()  # ends one that is suspended too
            process.wait()


def wait_until(holds: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(pause)
    return False
