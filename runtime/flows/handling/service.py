"""The hot path: an event, the runs it starts and their inner steps in one transaction, a third of the statements.

When anything goes wrong nothing of it has happened, and the event is relayed step by step instead: see `starting`
and `running`, which find out what failed and leave the rest standing.
"""

import logging

from runtime import events
from runtime.contracts import Event
from runtime.db import transaction, utc_now
from runtime.flows import engine, sql
from runtime.flows.claims import Claim
from runtime.flows.dispatching import service as dispatching
from runtime.flows.running.service import FALLS_TO_ALL, take_inner
from runtime.flows.starting.service import Start, begin, insert_run, is_early, matching, new_row, place_in_queue, relay
from runtime.flows.steps.service import OpenRun

log = logging.getLogger(__name__)


def handle(claim: Claim) -> list[Claim]:
    """Carry out what an event sets off; gives the runs that go on, held by the caller. Raises Lost."""
    try:
        return _at_once(claim)
    except FALLS_TO_ALL:
        raise
    except Exception as error:
        log.debug("Event %s is taken step by step", claim.id, exc_info=error)
        return relay(claim)


class _TakeWithCare(Exception):
    """The short way is not for this event."""


def _at_once(claim: Claim) -> list[Claim]:
    with transaction():
        dispatching.finish(claim)
        event = events.find(claim.id)
        return _run_all(event, claim) if event else []


def _run_all(event: Event, claim: Claim) -> list[Claim]:
    if is_early(event):
        raise _TakeWithCare
    going = []
    for start, lock_key in matching(event):
        state = place_in_queue(start, lock_key)
        if state == "ready":
            going += _run(start, lock_key, claim)
        elif state:
            begin(start, lock_key, state, None)
    return going


def _run(start: Start, lock_key: str | None, claim: Claim) -> list[Claim]:
    """Take a run's inner steps before it is written at all."""
    run = engine.new_run(start.flow, start.trigger.id)
    open_run = OpenRun(new_row(start, lock_key, "ready"), start.published, start.flow, run)
    take_inner(open_run, careful=False)
    now = utc_now()
    state = engine.state_of(open_run.flow, open_run.run, now)
    open_run.stand(state)
    if not insert_run(open_run.row):
        raise _TakeWithCare
    open_run.write_rows()
    if state == "ready":
        return [dispatching.add(open_run.row.id, now, claim.until)]
    if state not in engine.OVER:
        dispatching.add(open_run.row.id, engine.next_due(open_run.run) or sql.FOREVER)
    return []
