"""Sessions and tokens; who a cookie or a token is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select, update

from runtime.audit import service as audit
from runtime.contracts import Actor, Forbidden, Problem, Refused
from runtime.db import current_tenant, db, new_id, tenant, transaction, utc_now
from runtime.db.asking import Question, Rows, ask
from runtime.i18n import message
from runtime.identity import credentials, service
from runtime.identity.accounts import service as accounts
from runtime.identity.hours import TenantWeek
from runtime.identity.models import Account, AccountTenant, Door, Member, Session, Tenant, Token
from runtime.identity.sql import HELD, WHO, home_of, member_query, session_query, token_query

IDLE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)

SCOPES = (
    "records:read",
    "records:write",
    "app:read",
    "app:write",
    "app:publish",
    "flows:run",
    "flows:read",
    "tasks:write",
    "admin",
)


@dataclass(frozen=True)
class Visitor:
    """Who holds a valid session: the account, and the seat in the tenant asked for, if there is one."""

    account_id: str
    session_id: str
    name: str
    lang: str | None
    theme: str | None
    tenant_id: str | None = None
    member_id: str | None = None


# --- sessions ----------------------------------------------------------------------------------


def sign_in(sign_in_name: str, password: str, agent: str = "", address: str = "") -> str | None:
    """The secret of a new session, or None; an unknown name takes as long as a wrong password."""
    account = accounts.find_account(sign_in_name)
    good = credentials.matches(account.password_hash if account else credentials.NOBODY, password)
    return open_session(account, agent, address) if account and good else None


def open_session(account: Account, agent: str = "", address: str = "") -> str:
    """The secret of a new session of an account that has proved itself."""
    secret = credentials.new_secret()
    with transaction() as session:
        session.add(
            Session(
                hash=credentials.digest(secret),
                account_id=account.id,
                epoch=account.epoch,
                agent=agent[:200],
                address=address[:60],
            )
        )
    return secret


def identify(secret: str, tenant_key: str | None = None) -> Visitor | None:
    """Who holds this session now, with the seat in the tenant of that key; None when the session is over."""
    asked = {"hash": credentials.digest(secret), "tenant_key": tenant_key or ""}
    [found] = ask(Question(session_query(), asked))
    if not found:
        return None
    *visitor, seen_at = found[0]
    if seen_at < utc_now() - IDLE:
        return None
    _see(asked["hash"], seen_at)
    return Visitor(*visitor)


def _see(hash: str, seen_at: datetime) -> None:
    """Keep when a session was last used, not more often than is worth a write."""
    now = utc_now()
    if seen_at < now - SEEN_EVERY:
        with transaction() as writing:
            writing.execute(update(Session).where(Session.hash == hash).values(seen_at=now))


def sign_out(secret: str) -> None:
    """End the session of this secret."""
    _revoke(Session.hash == credentials.digest(secret))


def revoke(account_id: str, session_id: str) -> None:
    """End one session of an account."""
    _revoke(Session.account_id == account_id, Session.id == session_id)


def _revoke(*which: Any) -> None:
    with transaction() as session:
        session.execute(update(Session).where(*which, Session.revoked_at.is_(None)).values(revoked_at=utc_now()))


def sessions(account_id: str) -> Sequence[Session]:
    """The account's open sessions, the last used first."""
    open_ones = (
        select(Session)
        .join(Account, (Account.id == Session.account_id) & (Account.epoch == Session.epoch))
        .where(Session.account_id == account_id, Session.revoked_at.is_(None), Session.seen_at > utc_now() - IDLE)
    )
    return db.session.scalars(open_ones.order_by(Session.seen_at.desc())).all()


def forget_old() -> None:
    """Delete the sessions by which nobody can come in any more; those that were ended by hand after a day."""
    over, ended = utc_now() - IDLE, utc_now() - timedelta(days=1)
    with transaction() as session:
        session.execute(delete(Session).where((Session.seen_at < over) | (Session.revoked_at < ended)))


def note_slowed(sign_in_name: str, address: str) -> None:
    """Write into the trail of each of an account's tenants that somebody guessed at its password too often."""
    account = accounts.find_account(sign_in_name)
    for home in tenants_of(account.id) if account else ():
        with tenant(home.tenant_id):
            audit.note("sign_in.slowed", {"account": account.id if account else "", "address": address})


def tenants_of(account_id: str) -> list[Tenant]:
    """The tenants an account may enter, by title."""
    seats = select(AccountTenant).where(AccountTenant.account_id == account_id)
    found: list[Tenant] = []
    for place in db.session.scalars(seats).all():
        with tenant(place.tenant_id):
            mine = select(Tenant).join(Member, Member.tenant_id == Tenant.tenant_id)
            found += db.session.scalars(mine.where(Member.id == place.member_id, Member.active.is_(True))).all()
    return sorted(found, key=lambda one: one.title)


# --- actors ------------------------------------------------------------------------------------


def actor_of(member_id: str, lang: str | None = None) -> tuple[Actor, Tenant] | None:
    """A member of the current tenant as an actor; None when suspended."""
    [rows] = ask(Question(member_query(), {"member_id": member_id}))
    return _actor(rows, lang, None) if rows else None


def identify_token(token: str) -> tuple[Actor, Tenant] | None:
    """Who an API token of the current tenant acts for; None when it is unknown, expired or revoked."""
    [rows] = ask(_by_token(token))
    return _holder(rows)


def _by_token(token: str) -> Question:
    return Question(token_query(), {"hash": credentials.digest(token)})


def _holder(rows: Rows) -> tuple[Actor, Tenant] | None:
    if not rows:
        return None
    *_, scopes, expires_at, lang = rows[0]
    if expires_at and expires_at <= utc_now():
        return None
    return _actor(rows, lang, frozenset(scopes))


def _actor(rows: Rows, lang: str | None, scopes: frozenset[str] | None) -> tuple[Actor, Tenant]:
    home, (member_id, name, department_id, path) = home_of(rows[0]), rows[0][WHO]
    roles: dict[str, set[str]] = {}
    powers = set()
    for app_id, role, power in (row[HELD] for row in rows):
        if app_id:
            roles.setdefault(app_id, set()).add(role)
        if power:
            powers.add(power)
    actor = Actor(
        tenant_id=home.tenant_id,
        member_id=member_id,
        name=name,
        department_id=department_id,
        department_path=path or "",
        roles={app: frozenset(held) for app, held in roles.items()},
        powers=frozenset(powers),
        scopes=scopes,
        lang=lang or home.lang,
        timezone=home.timezone,
        week=TenantWeek(home.settings, home.timezone),
    )
    return actor, home


class Apps(Protocol):
    """Who knows the tenant's apps; given by `wsgi`, as apps come after people."""

    def app_id(self, key: str) -> str:
        """The id of an app of the current tenant; raises NotFound."""

    def question(self, key: str) -> Question:
        """What to ask about the app of an address, beside who comes."""

    def meet(self, rows: Rows) -> None:
        """Take note of the answer."""


class Keeper:
    """The doors as the guard of all routes asks them."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    def visitor(self, secret: str, tenant_key: str | None) -> Visitor | None:
        return identify(secret, tenant_key)

    def actor(self, visitor: Visitor, app: str | None) -> tuple[Actor, Tenant] | None:
        rows = self._ask(Question(member_query(), {"member_id": visitor.member_id}), app)
        return _actor(rows, visitor.lang, None) if rows else None

    def tenant_of(self, token: str) -> str | None:
        return credentials.tenant_of_token(token)

    def token_actor(self, token: str, app: str | None) -> tuple[Actor, Tenant] | None:
        return _holder(self._ask(_by_token(token), app))

    def app_id(self, key: str) -> str:
        return self._apps.app_id(key)

    def _ask(self, question: Question, app: str | None) -> Rows:
        if app is None:
            return ask(question)[0]
        who, where = ask(question, self._apps.question(app))
        self._apps.meet(where)
        return who


# --- tokens ------------------------------------------------------------------------------------


def issue_token(member_id: str, scopes: Iterable[str], expires_at: datetime | None = None, title: str = "") -> str:
    """The text of a new API token of a member, seen this once; Refused for a scope that there is not."""
    wanted = sorted(set(scopes))
    if not wanted or set(wanted) - set(SCOPES):
        raise Refused([Problem("/scopes", "enum", message("Choose at least one scope."))])
    member = service.find_member(member_id)
    if member.account_id is None:
        raise Forbidden(message("Only somebody with an account can have a token."))
    text, id = credentials.new_token(member.tenant_id), new_id()
    with transaction() as session:
        audit.note("token.issued", {"token": id, "scopes": wanted, "title": title.strip()[:200]}, member_id)
        session.add(
            Token(
                tenant_id=member.tenant_id,
                id=id,
                hash=credentials.digest(text),
                member_id=member.id,
                epoch=accounts.find_account_by_id(member.account_id).epoch,
                title=title.strip()[:200],
                scopes=wanted,
                expires_at=expires_at,
            )
        )
    return text


def tokens(member_id: str) -> Sequence[Token]:
    """A member's tokens that still open something, the newest first."""
    living = (
        select(Token)
        .join(Member, Member.id == Token.member_id)
        .join(Account, (Account.id == Member.account_id) & (Account.epoch == Token.epoch))
        .where(Token.member_id == member_id, Token.revoked_at.is_(None))
    )
    return db.session.scalars(living.order_by(Token.id.desc())).all()


def revoke_token(member_id: str, token_id: str, by: str | None = None) -> None:
    """End one token of a member; the trail says `by` whom, where it was somebody else."""
    mine = Token.tenant_id == current_tenant(), Token.member_id == member_id, Token.id == token_id
    with transaction() as session:
        ended = session.execute(update(Token).where(*mine, Token.revoked_at.is_(None)).values(revoked_at=utc_now()))
        if ended.rowcount:  # type: ignore[attr-defined]
            audit.note("token.revoked", {"token": token_id, "member": member_id}, by or member_id)


# --- seats ------------------------------------------------------------------------------------------


def seat_of(account_id: str, tenant_key: str) -> tuple[str, str] | None:
    """The tenant's id and the member's id of an account in the tenant of that key."""
    seats = select(AccountTenant).join(Door, Door.tenant_id == AccountTenant.tenant_id)
    found = db.session.scalar(seats.where(AccountTenant.account_id == account_id, Door.key == tenant_key))
    return (found.tenant_id, found.member_id) if found else None
