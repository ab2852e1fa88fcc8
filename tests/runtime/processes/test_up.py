"""`trellis up` with real processes: started, hurt, stopped, started again."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 120


class Up:
    """A running `trellis up` and what it printed."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.log = home / f"up-{len(list(home.glob('up-*')))}.out"
        self.out = self.log.open("wb")
        environ = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_KEY"))}
        environ |= {"TRELLIS_HOME": str(home), "TRELLIS_PORT": "0", "PYTHONUNBUFFERED": "1"} | settings
        command = [sys.executable, str(ROOT / "wsgi.py"), "up"]
        self.process = subprocess.Popen(command, stdout=self.out, stderr=self.out, env=environ, cwd=ROOT)

    def said(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.log.read_text())

    @property
    def address(self) -> str:
        def printed() -> str | None:
            found = self.said(r"Trellis is at (\S+)")
            assert found or self.process.poll() is None, self.log.read_text()
            return found and found[1]

        return until(printed)

    def answers(self) -> bool:
        """Whether the sign-in page comes."""
        with urllib.request.urlopen(self.address + "/sign-in", timeout=PATIENCE) as answer:
            return answer.status == 200

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        self.out.close()
        return code


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> object:
    """Wait until the condition gives something true; gives that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come true in time")


def family(pid: int) -> set[int]:
    """The process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found & parents.keys()


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()} & {p for pid in pids for p in family(pid)}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One that the tests leave running."""
    started = Up(tmp_path_factory.mktemp("up"))
    yield started
    started.end()


def test_it_leaves_no_process_behind_and_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    started = Up(tmp_path)
    assert started.answers()
    password = until(lambda: started.said(r"password (\S+)"))[1]
    everybody = family(started.process.pid)
    assert len(everybody) >= 7  # the parent, queue, web with two of its own, two workers, scheduler
    assert until(lambda: list(tmp_path.glob("queue/appendonlydir/*.aof")))
    assert started.end() == 0
    until(lambda: not alive(everybody))
    assert started.said("Trellis has stopped")
    assert not started.said("Traceback")
    kept = tenants(tmp_path)
    again = Up(tmp_path)
    assert again.answers()
    assert until(lambda: again.said(f"password in {tmp_path}/demo-password"))
    assert (tmp_path / "demo-password").read_text().strip() == password
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600
    assert tenants(tmp_path) == kept == [("demo",)]
    everybody = family(again.process.pid)
    again.end(signal.SIGKILL)  # of the parent alone
    until(lambda: not alive(everybody))


def tenants(home: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(home / "trellis.db")) as connection:
        return connection.execute("SELECT key FROM tenant").fetchall()


def test_each_killed_child_is_started_again_and_said_so(up: Up) -> None:
    assert up.answers()
    before = until(lambda: len(children(up.process.pid)) == 5 and children(up.process.pid))
    for child in before:
        os.kill(child, signal.SIGKILL)
    until(lambda: len(children(up.process.pid) - before) == 5)
    assert up.answers()
    for name in ("queue", "web", "worker 1", "worker 2", "scheduler"):
        assert up.said(f"{name} was ended by SIGKILL; it starts again in")


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        started = Up(tmp_path, TRELLIS_PORT=str(taken.getsockname()[1]))
        assert started.process.wait(timeout=PATIENCE) == 1
    assert started.said("Cannot listen on 127.0.0.1:.*Set TRELLIS_PORT to another port")
    assert not started.said("Traceback")
    started.out.close()


def test_a_second_one_on_the_same_folder_is_refused(up: Up) -> None:
    assert up.address
    second = Up(up.log.parent)
    assert second.process.wait(timeout=PATIENCE) == 1
    assert second.said("Trellis already runs on")
    second.out.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TRELLIS_ENV": "production"}, "SECRET_KEY must be set"),
        ({"TRELLIS_ENV": "production", "SECRET_KEY": "changeme"}, "SECRET_KEY must be set"),
        ({"TRELLIS_ENV": "production", "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv"}, "PUBLIC_URL must be set"),
        ({"TRELLIS_PORT": "many"}, "TRELLIS_PORT must be a whole number"),
    ],
)
def test_t35_t37_a_weak_setting_stops_the_start(settings: dict[str, str], said: str, tmp_path: Path) -> None:
    started = Up(tmp_path, **settings)
    assert started.process.wait(timeout=PATIENCE) == 1
    assert started.said(said)
    assert not started.said("Traceback")
    started.out.close()
