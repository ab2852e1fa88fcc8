"""`trellis up` on a folder of its own: real web, workers, scheduler and queue server."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
PATIENCE = 120
PORTS = range(20_000, 30_000)
Found = TypeVar("Found")


class Installation:
    """Trellis with its data in `home`; it can be stopped and started again on the same port."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.port, self.address = home, str(free_port()), ""
        self.settings = settings
        self.log = home / "up.log"

    def start(self) -> None:
        """Returns when the address was printed."""
        with self.log.open("wb") as out:
            command = [sys.executable, str(ROOT / "wsgi.py"), "up"]
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=self._environment(), cwd=ROOT)
        self.address = until(self._printed_address)

    def stop(self) -> int:
        """Ask everything to end; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        """End it in any case."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=PATIENCE)

    @property
    def password(self) -> str:
        """The demo admin's."""
        return (self.home / "demo-password").read_text().strip()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_KEY"))}
        own = {"TRELLIS_HOME": str(self.home), "TRELLIS_PORT": self.port, "PYTHONUNBUFFERED": "1"}
        return {name: value for name, value in kept.items() if not name.startswith("TRELLIS_")} | own | self.settings

    def _printed_address(self) -> str | None:
        text = self.log.read_text()
        assert self.process.poll() is None, text
        found = re.search(r"Trellis is at (\S+)", text)
        return found and found[1]


def free_port() -> int:
    """A port nobody has, of those that the kernel gives to nobody who calls: it stays free while nobody listens."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("All ports are taken.")


def until(condition: Callable[[], Found | None], seconds: float = PATIENCE) -> Found:
    """Wait until the condition gives something true; gives that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come true in time")
