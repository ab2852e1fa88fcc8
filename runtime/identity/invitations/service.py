"""How people become members: a seat kept for one person, or a link for many."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from runtime import queue
from runtime.audit import service as audit
from runtime.contracts import Conflict, NotFound, Problem, Refused, as_id
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.events import Dispatch, dispatch_row
from runtime.i18n import message
from runtime.identity import credentials, service
from runtime.identity.departments import service as departments
from runtime.identity.models import Invitation, JoinLink, Member, Tenant

VALID_FOR = timedelta(days=7)
LONGEST = timedelta(days=365)
MOST = 10_000


@dataclass(frozen=True)
class Offer:
    """What a secret offers: a place in a tenant, with the name and address somebody gave for the person, if any."""

    home: Tenant
    name: str = ""
    mail: str = ""
    take: Callable[[str, str], None] = lambda account_id, name: None


# --- a seat for one ----------------------------------------------------------------------------


def invite(member_id: str, mail: str | None = None) -> str:
    """The secret by which somebody takes a member's empty seat; earlier ones of that seat are void.

    With `mail` the link is sent there too, by a worker.
    """
    member = service.find_member(member_id)
    if member.account_id:
        raise Conflict(message("This person is a member already."))
    id = new_id()
    secret = secret_of(id)
    with transaction() as session:
        withdraw(member.id)
        made = Invitation(tenant_id=member.tenant_id, id=id, hash=credentials.digest(secret), member_id=member.id)
        made.mail, made.expires_at = mail, utc_now() + VALID_FOR
        session.add(made)
        if mail:
            session.execute(insert(Dispatch), dispatch_row(member.tenant_id, id, "invite", utc_now()))
            after_commit(queue.wake)
    return secret


def withdraw(member_id: str) -> None:
    """Make every invitation to a seat void."""
    mine = Invitation.tenant_id == current_tenant(), Invitation.member_id == member_id, Invitation.used_at.is_(None)
    with transaction() as session:
        session.execute(update(Invitation).where(*mine).values(used_at=utc_now()))


def waiting() -> Sequence[tuple[Member, Invitation]]:
    """The seats that nobody has taken yet, each with its latest invitation, the newest first; expired ones too."""
    mine = Member.account_id.is_(None), Member.active.is_(True), Invitation.used_at.is_(None)
    query = select(Member, Invitation).join(Invitation, Invitation.member_id == Member.id).where(*mine)
    return [(member, made) for member, made in db.session.execute(query.order_by(Invitation.id.desc()))]


def to_send(invitation_id: str) -> tuple[Invitation, Member, Tenant] | None:
    """An invitation that is to be mailed; None when it is over or goes to nobody."""
    found = db.session.execute(_seats().where(Invitation.id == invitation_id, Invitation.mail.is_not(None))).first()
    return (found[0], found[1], found[2]) if found else None


def note_sent(invitation_id: str) -> None:
    """Keep when a mail was handed over."""
    mine = Invitation.tenant_id == current_tenant(), Invitation.id == invitation_id
    with transaction() as session:
        session.execute(update(Invitation).where(*mine).values(sent_at=utc_now()))


def secret_of(id: str) -> str:
    """What stands at the end of the link of an invitation or a group's link of this tenant."""
    key = str(queue.settings()["SECRET_KEY"])
    return credentials.token_text(current_tenant(), credentials.derived_secret(key, "join", id))


def _seats() -> Any:
    """Invitations to seats that can still be taken."""
    query = select(Invitation, Member, Tenant).join(Member, Member.id == Invitation.member_id)
    open_ones = Invitation.used_at.is_(None), Invitation.expires_at > utc_now(), Member.active.is_(True)
    return query.join(Tenant, Tenant.tenant_id == Member.tenant_id).where(*open_ones)


# --- a link for many ---------------------------------------------------------------------------


def add_link(
    title: str, until: datetime, most: int | None, department_id: str | None, roles: Iterable[tuple[str, str]]
) -> JoinLink:
    """A link by which everybody who has it becomes a member, with these roles, in this department."""
    if most is not None and not 1 <= most <= MOST:
        raise Refused([Problem("/most", "maximum", message("Say a number from 1 to %(most)s.", most=MOST))])
    id = new_id()
    with transaction() as session:
        made = JoinLink(
            tenant_id=current_tenant(), id=id, hash=credentials.digest(secret_of(id)), title=title.strip()[:200],
            department_id=departments.find(department_id).id if department_id else None,
            roles=[list(role) for role in roles], most=most, joined=0, expires_at=min(until, utc_now() + LONGEST),
        )  # fmt: skip
        session.add(made)
    return made


def links() -> Sequence[JoinLink]:
    """The links that still let somebody in, the newest first."""
    return db.session.scalars(select(JoinLink).where(*_open_links()).order_by(JoinLink.id.desc())).all()


def revoke_link(id: str) -> None:
    """Let nobody in by this link any more; NotFound for one that is not there."""
    mine = JoinLink.tenant_id == current_tenant(), JoinLink.id == id, JoinLink.revoked_at.is_(None)
    with transaction() as session:
        ended = session.execute(update(JoinLink).where(*mine).values(revoked_at=utc_now())) if as_id(id) else None
        if not ended or not ended.rowcount:  # type: ignore[attr-defined]
            raise NotFound(message("There is no such page."))


def _open_links() -> tuple[Any, ...]:
    room = or_(JoinLink.most.is_(None), JoinLink.joined < JoinLink.most)
    return JoinLink.revoked_at.is_(None), JoinLink.expires_at > utc_now(), room


# --- taking it up ------------------------------------------------------------------------------


def offered(secret: str) -> Offer:
    """What a secret of the current tenant offers; NotFound when it is used, expired, revoked or unknown."""
    hash = credentials.digest(secret)
    seat = db.session.execute(_seats().where(Invitation.hash == hash)).first()
    if seat is not None:
        made, member, home = seat
        return Offer(home, member.name, made.mail or "", lambda account_id, name: _sit_down(made, member, account_id))
    link = db.session.scalar(select(JoinLink).where(JoinLink.hash == hash, *_open_links()))
    if link is None:
        raise no_longer()
    return Offer(service.this_tenant(), take=lambda account_id, name: _join(link, account_id, name))


def accept(secret: str, account_id: str, name: str = "") -> Tenant:
    """Become a member; of several who want the last place exactly one does, everybody after it gets NotFound."""
    try:
        with transaction() as session:
            offer = offered(secret)
            offer.take(account_id, name)
            session.flush()
    except IntegrityError:
        raise Conflict(message("This person is a member already.")) from None
    return offer.home


def _sit_down(made: Invitation, member: Member, account_id: str) -> None:
    once = Invitation.tenant_id == made.tenant_id, Invitation.id == made.id, Invitation.used_at.is_(None)
    _exactly_one(update(Invitation).where(*once).values(used_at=utc_now()))
    service.seat(member, account_id)
    audit.note("member.joined", {"member": member.id}, member.id)


def _join(link: JoinLink, account_id: str, name: str) -> None:
    mine = JoinLink.tenant_id == link.tenant_id, JoinLink.id == link.id
    _exactly_one(update(JoinLink).where(*mine, *_open_links()).values(joined=JoinLink.joined + 1))
    member = service.add_member(name, account_id, link.department_id)
    for app_id, role in link.roles:
        service.give_role(app_id, role, member.id)
    audit.note("member.joined", {"member": member.id, "link": link.id}, member.id)


def _exactly_one(statement: Any) -> None:
    changed = db.session.execute(statement.execution_options(synchronize_session=False))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise no_longer()


def no_longer() -> NotFound:
    """The one answer for an invitation that is used, expired, revoked, or never was."""
    return NotFound(message("This invitation is no longer valid."))
