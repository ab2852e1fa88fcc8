"""The servers that are measured: Trellis as a user starts it, the reference under the same gunicorn, a PostgreSQL."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from runtime.bench import load, reference
from runtime.processes import web
from runtime.processes.supervisor import Child, Supervisor

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
SCOPES = ("records:read", "records:write", "app:read", "app:write", "app:publish", "flows:run", "flows:read")


@dataclass
class Database:
    """Where to keep the data: the app's address and the owner's; both the same on SQLite."""

    kind: str
    url: str
    admin_url: str


@contextmanager
def sqlite(home: Path) -> Iterator[Database]:
    """A file in the data folder, as embedded."""
    url = f"sqlite:///{home}/trellis.db"
    yield Database("sqlite", url, url)


@contextmanager
def postgresql(server: str) -> Iterator[Database]:
    """A fresh database on a server; `server` is a superuser's address. Two roles are made, as an operator would."""
    with reference.open_connection(server) as connection:
        for setting in ("fsync", "synchronous_commit"):
            found = connection.execute(f"SHOW {setting}").fetchone()[0]
            if found != "on":
                raise SystemExit(f"PostgreSQL runs with {setting}={found}: figures would not be honest.")
        for role in ("bench_owner", "bench_app"):
            connection.execute(f"DROP ROLE IF EXISTS {role}")
            connection.execute(f"CREATE ROLE {role} LOGIN NOBYPASSRLS")
        connection.execute("CREATE DATABASE trellis_bench OWNER bench_owner")
        connection.execute("CREATE DATABASE trellis_bench_reference OWNER bench_app")
    yield Database("postgresql", _as(server, "bench_app"), _as(server, "bench_owner"))
    with reference.open_connection(server) as connection:
        for name in ("trellis_bench", "trellis_bench_reference"):
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _as(server: str, role: str, database: str = "trellis_bench") -> str:
    parts = make_url(server)
    changed = parts.set(username=role, database=database, drivername="postgresql+psycopg")
    return changed.render_as_string(hide_password=False)


def reference_url(database: Database, home: Path) -> str:
    """The reference's own database on the same server or disk."""
    if database.kind == "sqlite":
        return reference.sqlite_url(home)
    return database.url.replace("/trellis_bench?", "/trellis_bench_reference?")


class Site:
    """A running Trellis: its address, its process, a token, and connections that speak its API."""

    def __init__(self, home: Path, database: Database) -> None:
        self.home = home
        self.environ = os.environ | {
            "TRELLIS_HOME": str(home),
            "TRELLIS_PORT": "0",
            "DATABASE_URL": database.url,
            "DATABASE_ADMIN_URL": database.admin_url,
            "PYTHONUNBUFFERED": "1",
        }
        self.cold_start = 0.0
        self.address = ""
        self.token = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its first page."""
        log = (self.home / "up.log").open("wb")
        started = time.perf_counter()
        self._process = subprocess.Popen(self._command("up"), stdout=log, stderr=log, env=self.environ, cwd=ROOT)
        log.close()
        self.address = self._printed(r"Trellis is at (\S+)")
        urllib.request.urlopen(self.address + "/sign-in", timeout=30).close()
        self.cold_start = time.perf_counter() - started

    def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)

    def make_token(self, tenant: str = "demo", user: str = "admin@demo.example") -> None:
        """A token of a member of a tenant."""
        scopes = [part for scope in SCOPES for part in ("--scope", scope)]
        self.token = self.command("token", "create", "--tenant", tenant, "--user", user, *scopes)

    def command(self, *words: str, **environ: str) -> str:
        """The last line that a command of ours prints."""
        made = subprocess.run(
            self._command(*words), env=self.environ | environ, cwd=ROOT, capture_output=True, check=True, text=True
        )
        return made.stdout.strip().splitlines()[-1]

    def request(self, method: str, path: str, body: Any = None) -> load.Request:
        """A request of the API with the token."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return method, "/api/v1" + path, data, headers

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of the API; raises with what was said when it refuses."""
        connection = load.connect(self.address)
        status, text = load.send(connection, self.request(method, path, body))
        connection.close()
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {text[:500]!r}")
        return json.loads(text) if text else None

    def memory(self) -> float:
        """MiB of all processes, shared pages counted by share (PSS)."""
        assert self._process
        return sum(_pss(pid) for pid in family(self._process.pid)) / 1024

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "wsgi.py"), *words]

    def _printed(self, pattern: str) -> str:
        assert self._process
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = (self.home / "up.log").read_text()
            found = re.search(pattern, text)
            if found:
                return found.group(1)
            if self._process.poll() is not None:
                raise RuntimeError(text)
            time.sleep(0.005)
        raise RuntimeError("Trellis does not start")


@contextmanager
def reference_site(url: str, processes: int) -> Iterator[str]:
    """The address of the bare route, under gunicorn with the options that Trellis runs with."""
    reference.make_table(url)
    app = reference.create_app(url)
    opened = web.listen("127.0.0.1", 0)
    supervisor = Supervisor()
    supervisor.start(Child("reference", lambda: web.serve(app, opened, processes, lambda: None)))
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        supervisor.stop()
        opened.close()
        supervisor.release()


@contextmanager
def folder() -> Iterator[Path]:
    """A data folder on the disk, not in memory, where there is a choice."""
    with tempfile.TemporaryDirectory(prefix="trellis-bench-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def family(pid: int) -> set[int]:
    """A process and all below it."""
    found, waiting = set[int](), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(child) for child in children.read_text().split()]
    return found


def _pss(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.M)
    return int(found.group(1)) if found else 0
