"""Whose turn it is: one tenant's expensive questions wait for each other, so that others are answered meanwhile.

A web process has few threads, a machine few cores. A tenant that has the machine to itself may use it as it likes. As
soon as another has been seen on it each asks one question at a time, in all processes together, and owes for each a
rest of four times as long as that took: in the long run most of the time is for the others. A little may be owed, so
that people who open a list now and then never rest, nor many of them who come at once. Some may wait, and not for long;
beyond that a question is refused.
"""

import fcntl
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from mmap import mmap
from zlib import crc32

from runtime.contracts import Busy
from runtime.db import in_transaction
from runtime.i18n import message

WAITING = 8
PATIENCE = 3.0
"""Seconds that a question waits at most before it is refused."""

PRESENCE = 10.0
"""For so many seconds after a request of a tenant the others make room for it."""

REST = 4.0
"""For a question its tenant owes a rest of so many times as long as it took."""

CREDIT = 2.0
"""Seconds of rest that may be owed before they are taken."""

LOOK = 0.01
"""So often is looked whether another process has given its turn back, in seconds."""

LONGEST_REST = 1.0
"""Nobody rests longer at once, however long a question took."""


class Machine:
    """What processes forked from one parent know together: which two tenants were seen last, and whose turn is taken.

    A turn is a lock on one byte of a file, which the system gives back when its process ends, however it ends.
    """

    def __init__(self) -> None:
        self._file, name = tempfile.mkstemp(prefix="trellis-turns-")
        os.unlink(name)
        self._seen = memoryview(mmap(-1, 4 * 8)).cast("d")  # a tenant and when, twice, the last one first

    def forget(self) -> None:
        """Nobody has ever been here."""
        self._seen[:] = memoryview(bytes(4 * 8)).cast("d")

    def come(self, tenant_id: str, now: float) -> None:
        """A request of the tenant has come."""
        mine = _number(tenant_id)
        if self._seen[0] != mine:
            self._seen[2], self._seen[3] = self._seen[0], self._seen[1]
        self._seen[0], self._seen[1] = mine, now

    def is_alone(self, tenant_id: str, now: float) -> bool:
        """Whether no other tenant has been seen lately."""
        mine = _number(tenant_id)
        return all(self._seen[at] in (0, mine) or self._seen[at + 1] < now - PRESENCE for at in (0, 2))

    def take(self, tenant_id: str) -> bool:
        """Take the tenant's turn; False while another process has it."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _number(tenant_id))
        except OSError:
            return False
        return True

    def give(self, tenant_id: str) -> None:
        """The turn is over."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _number(tenant_id))


def _number(tenant_id: str) -> int:
    return 1 + crc32(tenant_id.encode())


class Turns:
    """Who asks, who waits and who rests. `now` is a clock in seconds, the same for all processes of the machine."""

    def __init__(self, now: Callable[[], float] = time.monotonic, machine: Machine | None = None) -> None:
        self._now = now
        self._machine = machine or Machine()
        self._changed = threading.Condition()
        self.forget()

    def forget(self) -> None:
        """Nobody has ever been here."""
        self._machine.forget()
        self._asking, self._waiting = Counter[str](), Counter[str]()
        self._paid: dict[str, float] = {}
        """When all that a tenant owes will have been rested."""

    def come(self, tenant_id: str) -> None:
        """A request of the tenant has come."""
        self._machine.come(tenant_id, self._now())

    def take(self, tenant_id: str) -> float:
        """Wait for a turn; gives the moment it began. Raises Busy."""
        with self._changed:
            if not self._is_free(tenant_id):
                self._wait(tenant_id)
            self._asking[tenant_id] += 1
            return self._now()

    def give(self, tenant_id: str, since: float) -> None:
        """The turn that began at `since` is over."""
        with self._changed:
            now = self._now()
            self._asking[tenant_id] -= 1
            if not self._asking[tenant_id]:
                self._machine.give(tenant_id)
            owed = max(self._paid.get(tenant_id, since), since) + (1 + REST) * (now - since)
            self._paid = {one: paid for one, paid in self._paid.items() if paid > now}
            self._paid[tenant_id] = min(owed, now + CREDIT + LONGEST_REST)
            self._asking += Counter()  # without those who ask nothing
            self._changed.notify_all()

    def _wait(self, tenant_id: str) -> None:
        end = self._now() + PATIENCE
        if self._waiting[tenant_id] >= WAITING:
            raise _busy()
        self._waiting[tenant_id] += 1
        try:
            while not self._is_free(tenant_id):
                if (left := end - self._now()) <= 0:
                    raise _busy()
                rest = self._rest(tenant_id)
                self._changed.wait(min(left, rest if rest > 0 else LOOK))
        finally:
            self._waiting[tenant_id] -= 1

    def _is_free(self, tenant_id: str) -> bool:
        """Whether the tenant may ask now; then its turn is taken."""
        if self._machine.is_alone(tenant_id, self._now()):
            return True
        mine = not self._asking[tenant_id] and self._rest(tenant_id) <= 0
        return mine and self._machine.take(tenant_id)

    def _rest(self, tenant_id: str) -> float:
        """Seconds until the tenant may ask again."""
        return self._paid.get(tenant_id, 0.0) - CREDIT - self._now()


def _busy() -> Busy:
    return Busy(message("Much is asked for here just now. Try again in a moment."))


turns = Turns()
"""Those of this process."""


@dataclass
class _Visit:
    tenant_id: str
    since: float | None = None


_visit: ContextVar[_Visit | None] = ContextVar("visit", default=None)


def come(tenant_id: str) -> None:
    """A web request of the tenant begins; what it asks from here on takes turns, until `leave`."""
    turns.come(tenant_id)
    _visit.set(_Visit(tenant_id))


def leave() -> None:
    """The request is answered: its turn, if it took one, is over."""
    visit = _visit.get()
    _visit.set(None)
    if visit is not None and visit.since is not None:
        turns.give(visit.tenant_id, visit.since)


def await_turn() -> None:
    """Before an expensive question: a web request waits for its turn, once, and keeps it; raises Busy.

    Nobody waits within a transaction, as others would wait for what it has locked; workers take no turns.
    """
    visit = _visit.get()
    if visit is not None and visit.since is None and not in_transaction():
        visit.since = turns.take(visit.tenant_id)
