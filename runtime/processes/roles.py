"""Each role a process can have, and `up`: all of them under one parent."""

import fcntl
import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from flask import Flask

from runtime import queue
from runtime.db import db
from runtime.flows import jobs
from runtime.processes import first_start, valkey, web
from runtime.processes.supervisor import Child, Supervisor

log = logging.getLogger("trellis")

SWEEP_SECONDS = 1.0
LONGEST_PAUSE = 30.0
LOCK_PATIENCE = 15.0
YOUNG = 20_000
"""New objects after which the collector looks at them: a page makes more than Python's 700, and few of them last."""


def up(app: Flask, say: Callable[[str], None]) -> None:
    """Run everything until told to stop; `say` prints a line for the person who started it."""
    log_to_stderr()
    lock = _lock(Path(app.config["TRELLIS_HOME"]))
    opened = web.listen(app.config["TRELLIS_HOST"], app.config["TRELLIS_PORT"])
    supervisor = Supervisor()
    try:
        if app.config["QUEUE_EMBEDDED"]:
            _start_queue(app, supervisor, lock)
        first_start.migrate(app)
        password = first_start.load_demo(app) if app.config["TRELLIS_ENV"] == "local" else None
        _let_go(app)
        supervisor.start(*children(app, opened))
        for line in greeting(app, opened, password):
            say(line)
        supervisor.watch()
    finally:
        supervisor.stop()
        os.close(lock)
    say("Trellis has stopped.")


def log_to_stderr() -> None:
    """One line for each thing worth knowing; what libraries say of their routine is left out."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    for ours in ("trellis", "runtime", "builder"):
        logging.getLogger(ours).setLevel(logging.INFO)


def children(app: Flask, opened: socket.socket) -> list[Child]:
    """Every role but the queue server, to be forked from this process."""
    workers = range(1, app.config["TRELLIS_WORKERS"] + 1)
    return [
        Child("web", lambda: serve(app, opened)),
        *(Child(f"worker {number}", lambda: work(app)) for number in workers),
        Child("scheduler", lambda: schedule(app)),
    ]


def greeting(app: Flask, opened: socket.socket, password: str | None) -> list[str]:
    """What the person who started it needs to know."""
    host, port = opened.getsockname()[:2]
    lines = [f"Trellis is at http://{host}:{port}"]
    kept = Path(app.config["TRELLIS_HOME"]) / "demo-password"
    if password:
        lines.append(f"Demo: tenant {first_start.DEMO}, sign in as {first_start.DEMO_ADMIN}, password {password}")
    elif kept.exists():
        lines.append(f"Demo: tenant {first_start.DEMO}, sign in as {first_start.DEMO_ADMIN}, password in {kept}")
    return lines


def serve(app: Flask, opened: socket.socket) -> None:
    """The web role: answer browsers and API calls."""
    web.serve(app, opened, app.config["TRELLIS_WEB"], lambda: _let_go(app))


def work(app: Flask) -> int:
    """The worker role: run flows."""
    _let_go(app)
    return queue.work(app)


def schedule(app: Flask) -> NoReturn:
    """The scheduler role: every second wake what is due, and what lost its worker."""
    _let_go(app)
    pause = SWEEP_SECONDS
    with app.app_context():
        while True:
            try:
                jobs.sweep()
                pause = SWEEP_SECONDS
            except Exception:
                pause = min(2 * pause, LONGEST_PAUSE)
                log.exception("The sweep failed, it is tried again in %d s", pause)
            db.session.remove()
            time.sleep(pause)


def _let_go(app: Flask) -> None:
    """Give up connections: a forked process must not share its parent's."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose(close=False)
    app.extensions.pop("trellis_alarm", None)
    gc.collect()
    gc.set_threshold(YOUNG)


def _start_queue(app: Flask, supervisor: Supervisor, lock: int) -> None:
    home = Path(app.config["TRELLIS_HOME"])
    child = valkey.child(home, app.config["REDIS_URL"].removeprefix("unix://"), lock)
    supervisor.start(child)

    def is_alive() -> bool:
        supervisor.wait(0.01)
        return bool(child.pid)

    if not valkey.await_answer(app.config["REDIS_URL"], is_alive):
        raise SystemExit(f"The queue server does not answer; {home / 'valkey.log'} says why.")


def _lock(home: Path) -> int:
    """Hold the data folder: two of us on one folder would spoil the queue's file. Gives the descriptor."""
    lock = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode() or "?"
            if time.monotonic() > deadline or _runs(holder):
                sys.exit(f"Trellis already runs on {home} (process {holder}).")
            time.sleep(0.05)
        else:
            os.truncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
