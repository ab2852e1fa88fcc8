"""One preloaded parent that forks children, starts again those that crash, and leaves nothing behind when it ends."""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

log = logging.getLogger("trellis")

STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED = STOP | {signal.SIGCHLD}
FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0
HEALTHY_AFTER = 30.0
"""Seconds after which a child that ends counts as healthy: it is started again at once."""

GRACE = 10.0
"""Seconds a child has to end by itself before it is killed."""

_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A role to keep running: `run` is called in the forked process, its result is the exit code."""

    name: str
    run: Callable[[], int | None]
    pid: int = 0
    since: float = 0.0
    failures: int = 0
    due: float = 0.0


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self._parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)

    def start(self, *children: Child) -> None:
        """Fork each child and keep it from now on."""
        for child in children:
            self.children.append(child)
            self._fork(child)

    def watch(self) -> None:
        """Start crashed children again until a signal says stop; then stop them, the last started first."""
        while not self.stopping:
            due = [child.due for child in self.children if not child.pid]
            self.wait(max(0.0, min(due) - time.monotonic()) if due else 3600.0)
            for child in self.children:
                if not child.pid and child.due <= time.monotonic() and not self.stopping:
                    self._fork(child)
        self.stop()

    def wait(self, seconds: float) -> None:
        """Sleep until a signal or the time is up; take note of children that ended."""
        found = signal.sigtimedwait(WATCHED, seconds)
        if found and found.si_signo in STOP:
            self.stopping = True
        self._reap()

    def stop(self) -> None:
        """End all children: those started first, which the others need, end last."""
        self.stopping = True
        alive = [child for child in reversed(self.children) if child.pid]
        first = self.children[0] if self.children else None
        self._end([child for child in alive if child is not first])
        self._end([child for child in alive if child is first])

    def release(self) -> None:
        """Give the signals back to a program that goes on after its children."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)

    def _end(self, children: Iterable[Child]) -> None:
        children = list(children)
        for child in children:
            _signal(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.pid for child in children) and time.monotonic() < deadline:
            signal.sigtimedwait({signal.SIGCHLD}, 0.2)
            self._reap()
        for child in children:
            if child.pid:
                log.warning("%s does not end, it is killed", child.name)
                _signal_group(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                child.pid = 0

    def _fork(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()  # keeps the collector from touching, and so copying, the pages shared with the parent
        child.pid = os.fork()
        child.since = time.monotonic()
        if child.pid == 0:
            os._exit(self._be(child))
        _join_group(child.pid)

    def _be(self, child: Child) -> int:
        """Runs in the child: apart from the terminal's signals, and gone when the parent is gone."""
        code = 1
        try:
            os.setpgid(0, 0)
            die_with_parent(self._parent)
            for number in WATCHED:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
            code = child.run() or 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except KeyboardInterrupt:
            code = 0
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        return code

    def _reap(self) -> None:
        for child in self.children:
            if not child.pid:
                continue
            ended, status = os.waitpid(child.pid, os.WNOHANG)
            if ended:
                _signal_group(child.pid, signal.SIGKILL)  # what it forked has nobody to answer to any more
                child.pid = 0
                if not self.stopping:
                    self._plan(child, os.waitstatus_to_exitcode(status))

    def _plan(self, child: Child, code: int) -> None:
        """Decide when to start a child again, and say so."""
        healthy = code == 0 or time.monotonic() - child.since > HEALTHY_AFTER
        child.failures = 0 if healthy else child.failures + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2**child.failures) if code else 0.0
        child.due = time.monotonic() + delay
        if code:
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed with code {code}"
            log.warning("%s %s; it starts again in %.1f s", child.name, how, delay)


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends, however that ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)


def _join_group(pid: int) -> None:
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # in the child too: whichever comes first


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
