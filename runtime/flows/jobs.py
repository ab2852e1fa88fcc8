"""What a worker and the scheduler call."""

from runtime import queue
from runtime.flows.draining import service as draining


def drain() -> None:
    """Take up what is due until nothing is left."""
    draining.drain(queue.settings())


def sweep() -> None:
    """Hint when something is due; the scheduler calls it every second."""
    draining.sweeper.sweep()
