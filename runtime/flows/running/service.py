"""Carrying a run forward: steps, their effects and what follows are committed together."""

import time
from datetime import timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from runtime.actions import registry as actions
from runtime.contracts import Claim, Done, Lost, LostRace
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.flows import engine, sql
from runtime.flows.calls import service as calls
from runtime.flows.calls.service import Call
from runtime.flows.dispatching import service as dispatching
from runtime.flows.engine import Failed, Step
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun
from runtime.flows.steps.service import OpenRun, add_row, bound_of, end_row, failure
from runtime.i18n import message

FALLS_TO_ALL = (Lost, OperationalError, InterfaceError)
"""What is no step's fault: somebody else has taken over, or the database does not answer."""

STEPS_AT_ONCE = 20
"""Inner steps of one run that are committed together."""

TRIES = 3
"""How often a step starts again at once when somebody else was faster at the same record."""

QUEUE_PATIENCE = timedelta(seconds=10)
"""A queued run looks by itself so often; whoever ends before it wakes it sooner."""


def advance(claim: Claim, seconds: float) -> None:
    """Take the run's steps until it sleeps or ends, or for so long: then it goes back to the list, behind what waits.

    Raises Lost when it is not ours any more.

    Steps are first taken together, without a savepoint each. When anything goes wrong nothing of that has happened,
    and they are taken again with care, so that the step which failed is known and leaves nothing behind.
    """
    more, careful, end = True, False, time.monotonic() + seconds
    while more:
        try:
            more, call = _advance(claim, careful)
            careful = False
        except FALLS_TO_ALL:
            raise
        except Exception:
            if careful:
                raise
            careful = True
            continue
        if call is not None:
            more = _finish_call(claim, call)
        if more and time.monotonic() > end:
            with transaction():
                dispatching.release(claim, utc_now())
            return


def _advance(claim: Claim, careful: bool) -> tuple[bool, Call | None]:
    """One transaction of inner steps, up to a call outside. Says whether there is more, and which call to make."""
    with transaction():
        dispatching.hold(claim)
        open_run = OpenRun.load(claim.id)
        if open_run is None or open_run.row.state in engine.OVER:
            dispatching.finish(claim)
            return False, None
        if open_run.row.state == "queued" and not _may_begin(open_run.row):
            dispatching.release(claim, utc_now() + QUEUE_PATIENCE)
            return False, None
        call = _take_steps(open_run, careful)
        return settle(open_run, claim), call


def _take_steps(open_run: OpenRun, careful: bool) -> Call | None:
    while step := take_inner(open_run, careful):
        if call := calls.begin(open_run, step):
            return call
    return None


def take_inner(open_run: OpenRun, careful: bool) -> Step | None:
    """Take inner steps in the caller's transaction; gives the call outside before which it stopped."""
    for _ in range(STEPS_AT_ONCE):
        step = engine.next_step(open_run.flow, open_run.run, utc_now())
        if step is None:
            return None
        if calls.is_outer(step):
            return step
        if step.resumed:
            _resume(open_run, step)
        elif careful:
            _take_with_care(open_run, step)
        else:
            _perform(open_run, step)
    return None


def settle(open_run: OpenRun, claim: Claim) -> bool:
    """Keep where the run stands, and let go of it when there is nothing to do now. Says whether there is more."""
    state = engine.state_of(open_run.flow, open_run.run, utc_now())
    open_run.keep(state)
    if claim.fence > 1:
        incidents.recovered(claim.id)
    if state == "ready":
        return True
    if state in engine.OVER:
        dispatching.finish(claim)
        free_the_next(open_run.row)
    else:
        dispatching.release(claim, engine.next_due(open_run.run) or sql.FOREVER)
        if state == "failed":
            free_the_next(open_run.row)
    return False


def _finish_call(claim: Claim, call: Call) -> bool:
    outcome = calls.make(call)
    with transaction():
        dispatching.hold(claim)
        open_run = OpenRun.load(claim.id)
        if open_run is None or open_run.row.state in engine.OVER:
            raise Lost
        calls.end(open_run, call.step, outcome)
        return settle(open_run, claim)


# --- one inner step ----------------------------------------------------------------------------


def _resume(open_run: OpenRun, step: Step) -> None:
    done = Done(step.output)
    open_run.write_rows()
    end_row(open_run, step, done, "waiting")
    open_run.went(step, done)


def _perform(open_run: OpenRun, step: Step) -> None:
    """Perform a step with its effects, note its row, and let the run go on."""
    now = utc_now()
    world = open_run.world(step.node.id, now)
    filled = {**world.sight.fill(bound_of(open_run.flow, step.node.id)), **step.given}
    outcome = actions[step.node.type].perform(filled, world)
    add_row(open_run, step, outcome, now, filled)
    open_run.went(step, outcome)


def _take_with_care(open_run: OpenRun, step: Step) -> None:
    """The same, undone by itself when it fails; the failure is then the step's outcome."""
    before = open_run.run
    for left in reversed(range(TRIES)):
        try:
            with db.session.begin_nested():
                _perform(open_run, step)
                open_run.write_rows()
        except LostRace:
            open_run.forget(before)
            if left:
                continue
            slower = message("Somebody else changed this record in the meantime.")
            _fail(open_run, step, Failed(slower, utc_now() + timedelta(seconds=2)))
        except Exception as error:
            open_run.forget(before)
            _fail(open_run, step, failure(error))
        return


def _fail(open_run: OpenRun, step: Step, failed: Failed) -> None:
    add_row(open_run, step, failed, utc_now(), dict(step.node.config))
    open_run.went(step, failed)


# --- runs that share a concurrency key ---------------------------------------------------------


def _may_begin(row: FlowRun) -> bool:
    """Whether a queued run is the first of its key, and none is under way."""
    together = same_lock(row.app_id, row.flow, row.lock_key or "")
    return all(state == "queued" for _, state in together) and bool(together) and together[0][0] == row.id


def free_the_next(row: FlowRun) -> None:
    """Wake the run that stands in the queue behind this one."""
    if row.lock_key is None:
        return
    behind = [id for id, state in same_lock(row.app_id, row.flow, row.lock_key) if state == "queued"]
    if behind:
        dispatching.nudge(behind[0], utc_now())


def same_lock(app_id: str, flow: str, lock_key: str) -> list[tuple[str, str]]:
    """Ids and states of the runs under way with a concurrency key, the oldest first; nobody else decides about them
    until the transaction ends."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sql.lock(current_tenant(), app_id, flow, lock_key))
    return [(id, state) for id, state in db.session.execute(sql.same_lock(app_id, flow, lock_key))]
