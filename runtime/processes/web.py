"""The web role: gunicorn inside our own process, on a socket the parent has opened."""

import gc
import os
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from runtime.processes.supervisor import die_with_parent

THREADS = 12
"""More than there is work for at once: some wait for their turn (runtime/db/turns.py)."""

BACKLOG = 512


class PortTaken(Exception):
    """Another program listens there already."""


class Site(BaseApplication):  # type: ignore[misc]
    """The loaded application under gunicorn."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def listen(host: str, port: int) -> socket.socket:
    """An open socket: a web process that crashes never gives the port away. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body go apart: without it each waits 40 ms
    try:
        opened.bind((host, port))
    except OSError as why:
        opened.close()
        raise PortTaken(f"Cannot listen on {host}:{port}: {why.strerror}. Set TRELLIS_PORT to another port.") from None
    opened.listen(BACKLOG)
    return opened


def serve(app: Flask, opened: socket.socket, processes: int, on_fork: Callable[[], None]) -> None:
    """Answer requests until told to stop; `on_fork` is called first in each process."""
    parent_of_workers = os.getpid()

    def forked(arbiter: Any, worker: Any) -> None:
        die_with_parent(parent_of_workers)
        on_fork()

    def before_fork(arbiter: Any, worker: Any) -> None:
        gc.freeze()

    Site(
        app,
        {
            "bind": f"fd://{opened.fileno()}",
            "workers": processes,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,
            "pre_fork": before_fork,
            "post_fork": forked,
        },
    ).run()
