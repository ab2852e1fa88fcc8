"""Tables of runs, their steps and incidents."""

from runtime.events import Dispatch, EventRow

__all__ = ["Dispatch", "EventRow"]
