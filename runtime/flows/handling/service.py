"""The hot path: some events, the runs they start and their inner steps in one transaction.

A flow with two record changes takes 8 statements instead of 44, and a tenth of the commits. When anything goes wrong
nothing of it has happened: then each event is taken alone, and if need be step by step (see `starting` and `running`),
which finds out what failed and leaves the rest standing.
"""

import logging
from collections.abc import Sequence

from runtime import events
from runtime.contracts import Claim, Event
from runtime.db import transaction, utc_now
from runtime.flows import engine, sql
from runtime.flows.dispatching import service as dispatching
from runtime.flows.lookups.service import Shared
from runtime.flows.running.service import FALLS_TO_ALL, take_inner
from runtime.flows.starting.service import (
    Start,
    begin,
    insert_runs,
    is_early,
    look_ahead,
    matching,
    new_row,
    place_in_queue,
    relay,
)
from runtime.flows.steps.service import OpenRun, write_rows

log = logging.getLogger(__name__)

TOGETHER = 25
"""Events in one transaction: records stay locked until it ends."""


def handle(claim: Claim) -> list[Claim]:
    """Carry out what an event sets off; gives the runs that go on, held by the caller. Raises Lost."""
    try:
        return _at_once([claim])
    except FALLS_TO_ALL:
        raise
    except Exception as error:
        log.debug("Event %s is taken step by step", claim.id, exc_info=error)
        return relay(claim)


def handle_together(claims: Sequence[Claim]) -> list[Claim] | None:
    """The same for several events of a tenant at once; None when they have to be taken one by one."""
    try:
        return _at_once(claims)
    except Exception as error:
        log.debug("%s events are taken one by one", len(claims), exc_info=error)
        return None


class _TakeWithCare(Exception):
    """The short way is not for this event."""


def _at_once(claims: Sequence[Claim]) -> list[Claim]:
    with transaction():
        dispatching.finish_all(claims)
        happened = sorted(events.find_all([claim.id for claim in claims]), key=lambda event: (event.at, event.rev))
        if is_early(*happened):
            raise _TakeWithCare
        batch = _Batch(claims[0])
        look_ahead(happened, batch.shared)
        for event in happened:
            batch.add(event)
        batch.write()
        return batch.going


class _Batch:
    """Runs whose inner steps are taken before they are written at all."""

    def __init__(self, claim: Claim) -> None:
        self.until = claim.until
        self.runs: list[OpenRun] = []
        self.going: list[Claim] = []
        self.shared: Shared = {}

    def add(self, event: Event) -> None:
        """Start what the event starts, and take its inner steps."""
        if event.cause:
            self.write()  # the guards against loops count what is written
        for start, lock_key in matching(event, self.shared):
            state = place_in_queue(start, lock_key)
            if state == "ready":
                self._run(start, lock_key)
            elif state:
                begin(start, lock_key, state, None)

    def _run(self, start: Start, lock_key: str | None) -> None:
        if lock_key is not None and any(run.row.lock_key == lock_key for run in self.runs):
            raise _TakeWithCare  # the one before is not written yet, so nobody sees it in the queue
        run = engine.new_run(start.flow, start.trigger.id)
        row = new_row(start, lock_key, "ready")
        open_run = OpenRun(row, start.published, start.flow, run, shared=self.shared)
        take_inner(open_run, careful=False)
        open_run.stand(engine.state_of(open_run.flow, open_run.run, utc_now()))
        self.runs.append(open_run)

    def write(self) -> None:
        """Write the runs so far, with their steps, and put on the list those that go on."""
        if not insert_runs([run.row for run in self.runs]):
            raise _TakeWithCare
        write_rows(self.runs)
        for run in self.runs:
            self._put_on_list(run)
        self.runs = []

    def _put_on_list(self, run: OpenRun) -> None:
        if run.row.state == "ready":
            self.going.append(dispatching.add(run.row.id, utc_now(), self.until))
        elif run.row.state not in engine.OVER:
            dispatching.add(run.row.id, engine.next_due(run.run) or sql.FOREVER)
