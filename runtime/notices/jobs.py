"""What is done when a mail is due."""

from runtime.contracts import Turn
from runtime.notices import service as notices
from runtime.notices.digests import service as digests
from runtime.notices.letters import service as letters
from runtime.notices.posting import service as posting


def notice(turn: Turn) -> None:
    """Tell a member of something by mail."""
    posting.work(turn, notices.deliver)


def reset(turn: Turn) -> None:
    """Send the way to a new password."""
    posting.work(turn, letters.send_reset)


def invite(turn: Turn) -> None:
    """Send the way into a tenant."""
    posting.work(turn, letters.send_invitation)


works = {"mail": notice, "reset": reset, "invite": invite, "digest": digests.work}
