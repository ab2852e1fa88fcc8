"""Inviting many by mail, keeping what they will hold, and taking an invitation back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from builder.members import service as members
from runtime.audit import service as audit
from runtime.contracts import Actor, Conflict
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.invitations import service as invitations
from runtime.identity.models import Account, Invitation, JoinLink, Member
from runtime.permissions import ADMIN
from runtime.records.models import record


@dataclass(frozen=True)
class Place:
    """What somebody will hold: a department, powers, and roles as (app id, role key)."""

    department_id: str | None = None
    powers: frozenset[str] = frozenset()
    roles: frozenset[tuple[str, str]] = frozenset()


def invite_all(names: Mapping[str, str], place: Place, actor: Actor) -> tuple[list[str], list[str]]:
    """Invite people, given as names by address; the addresses that got an invitation, and those that need none.

    Who is a member, or has been invited and not come yet, is left as it is.
    """
    with transaction():
        there = _members_at(names)
        new = [mail for mail in names if mail not in there]
        for mail in new:
            member = identity.add_member(names[mail], department_id=place.department_id)
            members.keep_powers(member.id, place.powers, actor)
            members.keep_roles(member.id, place.roles, actor)
            audit.note("member.invited", {"member": member.id}, actor.member_id)
            invitations.invite(member.id, mail)
    return new, [mail for mail in names if mail in there]


def _members_at(mails: Iterable[str]) -> set[str]:
    wanted = list(mails)
    seated = select(Account.mail).join(Member, Member.account_id == Account.id).where(Account.mail.in_(wanted))
    mine = Member.tenant_id == current_tenant()
    waiting = {made.mail for _, made in invitations.waiting() if made.mail}
    return {str(mail) for mail in db.session.scalars(seated.where(mine))} | waiting


def send_again(member_id: str, actor: Actor) -> None:
    """A fresh mail to where the last one went; the earlier link is void. Conflict where there is no address."""
    mine = Invitation.member_id == member_id, Invitation.mail.is_not(None)
    mail = db.session.scalar(select(Invitation.mail).where(*mine).order_by(Invitation.id.desc()).limit(1))
    if mail is None:
        raise Conflict(message("This invitation was handed over as a link. Make a new link instead."))
    with transaction():
        audit.note("member.invited", {"member": member_id}, actor.member_id)
        invitations.invite(member_id, mail)


def take_back(member_id: str, actor: Actor) -> None:
    """Withdraw the invitation to a seat. The seat goes too, unless records are kept for it already: then it is shut."""
    members.refuse_below_owner(member_id, actor)
    with transaction():
        invitations.withdraw(member_id)
        audit.note("invitation.withdrawn", {"member": member_id}, actor.member_id)
        owned = select(record.c.id).where(record.c.tenant_id == current_tenant(), record.c.owner_id == member_id)
        if db.session.execute(owned.limit(1)).first():
            members.suspend(member_id, False, actor)
        else:
            identity.remove_seat(member_id)


def add_link(title: str, days: int, most: int | None, place: Place, actor: Actor) -> JoinLink:
    """A link for a group. It gives roles that are no app's admin, and no power: nobody knows who will hold it."""
    known = {(app.app_id, role) for app in members.role_choices("", "") for role, _title in app.roles}
    roles = sorted(role for role in place.roles & known if role[1] != ADMIN)
    with transaction():
        made = invitations.add_link(title, utc_now() + timedelta(days=days), most, place.department_id, roles)
        audit.note("join_link.made", {"link": made.id, "roles": roles, "most": most}, actor.member_id)
    return made


def revoke_link(id: str, actor: Actor) -> None:
    """Let nobody in by a link any more."""
    with transaction():
        invitations.revoke_link(id)
        audit.note("join_link.revoked", {"link": id}, actor.member_id)
