"""What is done when a hand-over is due, and when a release says something else of many records."""

from runtime.contracts import Turn
from runtime.records.handover import service as handover
from runtime.records.reviewing import service as reviewing
from runtime.records.slotting import service as slotting
from runtime.records.uniqueness import service as uniqueness
from runtime.releases import service as releases


def hand_over(turn: Turn) -> None:
    """Go on with a hand-over, or with taking it back."""
    turn.close(finished=handover.work(turn.claim.id, turn.hold, turn.seconds))


def rebuild(turn: Turn) -> None:
    """Let what is derived from the records of an app follow its release."""
    published = releases.current(turn.claim.id)
    slotting.rebuild_app(published, turn.hold)
    reviewing.review_app(published, turn.hold)
    uniqueness.fill_app(published, turn.hold)
    turn.close(finished=True)


works = {"handover": hand_over, "rebuild": rebuild}
