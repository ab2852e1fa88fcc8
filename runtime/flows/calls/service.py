"""Calls outside: the attempt is committed before the call, what came of it after; an unknown outcome is an incident."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.actions import registry as actions
from runtime.db import utc_now
from runtime.expressions import EvaluationError, ExpressionError
from runtime.flows import schedule
from runtime.flows.engine import Begun, Failed, Step
from runtime.flows.steps.service import OpenRun, Outcome, add_row, bound_of, end_row, failure
from runtime.flows.world.service import StepWorld
from runtime.i18n import message

UNKNOWN = message("The worker was lost during this call; it may have been carried out or not.")


@dataclass(frozen=True)
class Call:
    """A call whose attempt is committed: to be made now, outside any transaction."""

    step: Step
    filled: dict[str, Any]
    world: StepWorld


def is_outer(step: Step) -> bool:
    """Whether a step leaves the database."""
    action = actions.get(step.node.type)
    return action is not None and action.effect == "outer" and not step.resumed


def begin(open_run: OpenRun, step: Step) -> Call | None:
    """Write the attempt of a call, inside the caller's transaction; None when it cannot be made at all."""
    now = utc_now()
    world = open_run.world(step.node.id, now)
    try:
        filled = world.sight.fill(bound_of(open_run.flow, step.node.id))
    except (EvaluationError, ExpressionError) as error:
        outcome = failure(error)
        add_row(open_run, step, outcome, now, None)
        open_run.went(step, outcome)
        return None
    if not step.calling:
        add_row(open_run, step, Begun(), now, filled)
        open_run.went(step, Begun())
    elif not _is_repeatable(step, filled):
        end(open_run, step, Failed(UNKNOWN))
        return None
    return Call(step, filled, world)


def _is_repeatable(step: Step, filled: Mapping[str, Any]) -> bool:
    asks: Callable[[Mapping[str, Any]], bool] | None = getattr(actions[step.node.type], "repeatable", None)
    return asks is not None and asks(filled)


def make(call: Call) -> Outcome:
    """Make the call. What cannot be reached is tried again later, a few times."""
    try:
        return actions[call.step.node.type].perform(call.filled, call.world)
    except OSError as error:
        later = schedule.retry_at(utc_now(), call.step.tries)
        return Failed(message("It could not be reached: %(error)s", error=str(error)), later)
    except Exception as error:
        return failure(error)


def end(open_run: OpenRun, step: Step, outcome: Outcome) -> None:
    """Write what came of a call, inside the caller's transaction."""
    end_row(open_run, step, outcome, "started")
    open_run.went(step, outcome)
