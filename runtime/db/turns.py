"""Whose turn it is: one tenant's expensive questions wait for each other, so that others are answered meanwhile.

A web process has few threads, a machine few cores. A tenant that has a process to itself may use it as it likes. As
soon as another has been seen there it asks one question at a time, and owes for each a rest of twice as long as that
took: in the long run most of the time is for the others. A little may be owed, so that people who open a list now and
then never rest, nor many of them who come at once. Some may wait, and not for long; beyond that a question is refused.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from runtime.contracts import Busy
from runtime.db import in_transaction
from runtime.i18n import message

WAITING = 8
PATIENCE = 3.0
"""Seconds that a question waits at most before it is refused."""

PRESENCE = 10.0
"""For so many seconds after a request of a tenant the others make room for it."""

REST = 2.0
"""For a question its tenant owes a rest of so many times as long as it took."""

CREDIT = 1.0
"""Seconds of rest that may be owed before they are taken."""

LONGEST_REST = 1.0
"""Nobody rests longer at once, however long a question took."""


class Turns:
    """Who asks, who waits and who rests in one process. `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._changed = threading.Condition()
        self.forget()

    def forget(self) -> None:
        """Nobody has ever been here."""
        self._asking, self._waiting = Counter[str](), Counter[str]()
        self._seen: dict[str, float] = {}
        self._paid: dict[str, float] = {}
        """When all that a tenant owes will have been rested."""

    def come(self, tenant_id: str) -> None:
        """A request of the tenant has come."""
        with self._changed:
            self._seen.pop(tenant_id, None)
            self._seen[tenant_id] = now = self._now()
            while (first := next(iter(self._seen))) != tenant_id and self._seen[first] < now - PRESENCE:
                self._leave(first)

    def _leave(self, tenant_id: str) -> None:
        del self._seen[tenant_id]
        self._paid.pop(tenant_id, None)

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
            owed = max(self._paid.get(tenant_id, since), since) + (1 + REST) * (now - since)
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
                self._changed.wait(min(left, rest) if rest > 0 else left)
        finally:
            self._waiting[tenant_id] -= 1

    def _is_free(self, tenant_id: str) -> bool:
        alone = not self._seen.keys() - {tenant_id}
        return alone or (not self._asking[tenant_id] and self._rest(tenant_id) <= 0)

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
