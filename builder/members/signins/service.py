"""What an admin sees of a member's sign-ins and tokens, and ending a single one.

Sessions belong to the account, which may have seats in several tenants: an admin of one tenant sees and ends them only
of somebody who is nowhere else. Tokens belong to the seat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from builder.members.service import refuse_below_owner
from runtime.audit import service as audit
from runtime.contracts import Actor, Conflict, NotFound
from runtime.db import transaction
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.identity.models import Session, Token


@dataclass(frozen=True)
class SignIns:
    """Open sessions and tokens, the last used first; `elsewhere` for somebody of whom no session is shown."""

    sessions: Sequence[Session] = ()
    tokens: Sequence[Token] = ()
    elsewhere: bool = False

    @property
    def seen_at(self) -> datetime | None:
        """When the member was last here, as far as an open session tells."""
        return self.sessions[0].seen_at if self.sessions else None


def sign_ins(member_id: str) -> SignIns:
    """What is open for a member; raises NotFound."""
    account_id = identity.find_member(member_id).account_id
    if account_id is None:
        return SignIns()
    tokens = doors.tokens(member_id)
    if _is_elsewhere(account_id):
        return SignIns(tokens=tokens, elsewhere=True)
    return SignIns(doors.sessions(account_id), tokens)


def end_session(member_id: str, session_id: str, actor: Actor) -> None:
    """Sign out one browser of a member; raises NotFound, Forbidden, Conflict for somebody who is elsewhere too."""
    account_id = identity.find_member(member_id).account_id
    refuse_below_owner(member_id, actor)
    if account_id is not None and _is_elsewhere(account_id):
        raise Conflict(message("This person belongs to other workspaces too and is signed in there as well."))
    if account_id is None or session_id not in {one.id for one in doors.sessions(account_id)}:
        raise NotFound(message("This sign-in is over already."))
    with transaction():
        doors.revoke(account_id, session_id)
        audit.note("session.ended", {"member": member_id, "session": session_id}, actor.member_id)


def end_token(member_id: str, token_id: str, actor: Actor) -> None:
    """End one token of a member; raises NotFound, Forbidden."""
    identity.find_member(member_id)
    refuse_below_owner(member_id, actor)
    if token_id not in {one.id for one in doors.tokens(member_id)}:
        raise NotFound(message("This token is over already."))
    doors.revoke_token(member_id, token_id, actor.member_id)


def _is_elsewhere(account_id: str) -> bool:
    return len(doors.tenants_of(account_id)) > 1
