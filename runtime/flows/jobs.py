"""What a worker and the scheduler call, and what is done when something of a flow is due."""

from runtime import queue
from runtime.contracts import Turn
from runtime.flows.draining import service as draining
from runtime.flows.handling.service import handle
from runtime.flows.running.service import advance
from runtime.flows.timing import service as timing


def drain() -> None:
    """Take up what is due until nothing is left."""
    draining.drain(queue.settings())


def sweep() -> None:
    """Hint when something is due; the scheduler calls it every second."""
    draining.sweeper.sweep()


def relay(turn: Turn) -> None:
    """Turn an event into runs, and begin with them."""
    for run in handle(turn.claim):
        draining.work_on(run, turn.settings)


def run(turn: Turn) -> None:
    """Go on with a run."""
    advance(turn.claim, turn.seconds)


def fire(turn: Turn) -> None:
    """Start what a timer has due."""
    timing.work(turn.claim, turn.seconds)


works = {"event": relay, "run": run, "timer": fire}
