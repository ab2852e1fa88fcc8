"""A worker's look for work: everything that is due is taken up, a batch at a time, until nothing is left."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from runtime import events, queue
from runtime.contracts import Claim, Lost
from runtime.db import tenant, transaction, utc_now
from runtime.flows.dispatching import service as dispatching
from runtime.flows.forgetting.service import forget_old
from runtime.flows.handling.service import TOGETHER, handle_together
from runtime.flows.incidents import service as incidents
from runtime.flows.steps.service import OpenRun
from runtime.flows.words import words_of

log = logging.getLogger(__name__)

TIDY_SECONDS = 3_600.0
BATCH = 100
"""Half of it is taken in one go; the other half is shared out, when more is due than that."""

SECONDS = 10.0
"""How long one look may last, lingering included; then RQ has its turn, so that a worker can be recycled or stopped."""

SOON = timedelta(seconds=1)
OFTEN = 20
"""Every so many times that the database refuses something, it is said, and left for longer."""

LATEST = timedelta(minutes=5)


def drain(settings: Mapping[str, Any]) -> int:
    """Take up what is due until nothing is left or the time is over; says how much was taken up."""
    end, taken = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        claims = dispatching.take(BATCH)
        taken += len(claims)
        if not claims:
            if queue.linger(end):
                continue
            return taken
        if len(claims) == BATCH:
            queue.wake()  # there may be work for another worker too
        _work_on_all(claims, settings)
    queue.wake()
    return taken


class Sweeper:
    """What the scheduler does every second."""

    def __init__(self) -> None:
        self._tidied = time.monotonic()

    def sweep(self) -> bool:
        """Hint when something is due: new work whose hint was lost, timers, and what a dead worker has left."""
        if time.monotonic() > self._tidied + TIDY_SECONDS:
            self._tidied = time.monotonic()
            forget_old()
        return dispatching.anything_due() and queue.wake()


sweeper = Sweeper()


def _work_on_all(claims: Iterable[Claim], settings: Mapping[str, Any]) -> None:
    for tenant_id, of_tenant in groupby(claims, key=lambda claim: claim.tenant_id):
        with tenant(tenant_id):
            for is_event, alike in groupby(of_tenant, key=lambda claim: claim.kind == "event"):
                if is_event:
                    _work_on_events(list(alike), settings)
                else:
                    for claim in alike:
                        work_on(claim, settings)


def _work_on_events(claims: list[Claim], settings: Mapping[str, Any]) -> None:
    for start in range(0, len(claims), TOGETHER):
        some = claims[start : start + TOGETHER]
        together = handle_together(some) if len(some) > 1 and dispatching.is_fresh(some[0]) else None
        for claim in some if together is None else together:
            work_on(claim, settings)


def work_on(claim: Claim, settings: Mapping[str, Any]) -> None:
    """Take up one thing. Whatever goes wrong stays with it: the others of the batch go on."""
    if not dispatching.is_fresh(claim):
        return  # its lease runs out, and somebody takes it again
    try:
        events.works[claim.kind](dispatching.Turn(claim, settings, SECONDS))
    except Lost:
        log.info("Somebody else has taken over %s %s", claim.kind, claim.id)
    except (OperationalError, InterfaceError) as error:
        log.warning("The database refused %s %s, it is tried again: %s", claim.kind, claim.id, error)
        if claim.fence % OFTEN:
            _postpone(claim, SOON)
        else:
            _report(claim, error)
    except Exception as error:
        log.exception("%s %s broke down", claim.kind, claim.id)
        _report(claim, error)


def _postpone(claim: Claim, pause: timedelta) -> None:
    try:
        with transaction():
            dispatching.release(claim, utc_now() + pause)
    except Lost:
        log.info("Somebody else has taken over %s %s", claim.kind, claim.id)


def _report(claim: Claim, error: Exception) -> None:
    """Leave what broke down for later, and say so: its incident closes when it comes through after all."""
    pause = min(SOON * 2 ** min(claim.fence, 10), LATEST)
    try:
        with transaction():
            dispatching.release(claim, utc_now() + pause)
            open_run = OpenRun.load(claim.id) if claim.kind == "run" else None
            if open_run is not None:
                incidents.open_at(incidents.place_of(open_run.row, None), "crash", words_of(error))
    except Exception:
        log.exception("%s %s could not be put off; its lease runs out by itself", claim.kind, claim.id)
