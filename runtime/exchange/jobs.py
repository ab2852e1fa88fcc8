"""What is done when an import, an export or a survey is due."""

from pathlib import Path

from runtime.contracts import Turn
from runtime.exchange.exports import service as exporting
from runtime.exchange.surveys import service as surveying
from runtime.exchange.working import service as importing


def take_in(turn: Turn) -> None:
    """Go on with an import, or with taking it back."""
    finished = importing.work(turn.claim.id, turn.hold, Path(turn.settings["TRELLIS_HOME"]), turn.seconds)
    turn.close(finished=finished)


def give_out(turn: Turn) -> None:
    """Go on with an export."""
    finished = exporting.work(turn.claim.id, turn.hold, Path(turn.settings["TRELLIS_HOME"]), turn.seconds)
    turn.close(finished=finished)


def look_through(turn: Turn) -> None:
    """See what is in uploaded tables."""
    surveying.work(turn.claim.id, turn.hold, Path(turn.settings["TRELLIS_HOME"]))
    turn.close(finished=True)


works = {"import": take_in, "export": give_out, "survey": look_through}
