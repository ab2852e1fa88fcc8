"""What is done when a hand-over is due, and when a release says something else of many records."""

from runtime.contracts import Turn
from runtime.records.handover import service as handover
from runtime.records.rebuilding.working import service as rebuilding


def hand_over(turn: Turn) -> None:
    """Go on with a hand-over, or with taking it back."""
    turn.close(finished=handover.work(turn.claim.id, turn.hold, turn.seconds))


works = {"handover": hand_over, "rebuild": rebuilding.work}
