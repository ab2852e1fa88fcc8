"""A new password for somebody who has lost the old one: by a link in a mail, or from the hands of an admin."""

from datetime import timedelta

from sqlalchemy import Select, delete, func, insert, or_, select

from runtime import queue
from runtime.audit import service as audit
from runtime.contracts import Conflict, NotFound, Refused
from runtime.db import after_commit, current_tenant, db, new_id, tenant, transaction, utc_now
from runtime.events import NOWHERE, Dispatch, dispatch_row
from runtime.i18n import message
from runtime.identity import credentials, service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Account, AccountTenant, Reset

MINUTES = 30
VALID_FOR = timedelta(minutes=MINUTES)
KEPT = timedelta(days=1)


def ask(sign_in_name: str, lang: str) -> None:
    """Somebody wants a new password for this name; a mail follows if an account of that name has an address.

    The same is done for a name that nobody has, so that neither words nor time tell which names there are.
    """
    account = accounts.find_account(sign_in_name)
    mail = account.mail if account else None
    reset = _new(lang)
    if account and mail:
        reset.account_id, reset.epoch, reset.mail = account.id, account.epoch, mail
    with transaction() as session:
        session.add(reset)
        session.execute(insert(Dispatch), dispatch_row(NOWHERE, reset.id, "reset", utc_now()))
        after_commit(queue.wake)


def issue(member_id: str) -> str:
    """The secret of a link by which a member sets a new password, for an admin to hand over.

    Conflict for somebody without an account, and for one who belongs to another tenant too: an admin of one must
    not open another.
    """
    account_id = service.find_member(member_id).account_id
    if account_id is None:
        raise Conflict(message("This person has not joined yet. Send the invitation again instead."))
    if _seats(account_id) > 1:
        raise Conflict(
            message("This person belongs to other workspaces too, so the password can only be reset by mail.")
        )
    account, reset = accounts.find_account_by_id(account_id), _new("")
    reset.account_id, reset.epoch, reset.made_in = account.id, account.epoch, current_tenant()
    with transaction() as session:
        session.add(reset)
    return secret_of(reset.id)


def secret_of(reset_id: str) -> str:
    """What stands at the end of a reset's link."""
    return credentials.derived_secret(str(queue.settings()["SECRET_KEY"]), "reset", reset_id)


def waiting(reset_id: str) -> tuple[Reset, Account] | None:
    """A reset that is to be mailed, with its account; None when it means nobody or is over."""
    found = db.session.execute(_valid().where(Reset.id == reset_id, Reset.mail.is_not(None))).first()
    return (found[0], found[1]) if found else None


def find(secret: str) -> Account:
    """Whose password this link may change; NotFound when it is used, expired, overtaken or unknown."""
    return _found(secret)[1]


def redeem(secret: str, new: str) -> Account:
    """Set the new password; every session, token and other link of the account is void from now on.

    Refused for a password that is too weak, with the link still good; of several at once exactly one comes through.
    """
    problems = credentials.password_problems(new, "/new")
    if problems:
        find(secret)
        raise Refused(problems)
    with transaction():
        reset, account = _found(secret, lock=True)
        account_id, reset.used_at = account.id, utc_now()
        accounts.set_password(account_id, new)
    for home in doors.tenants_of(account_id):
        with tenant(home.tenant_id):
            audit.note("password.reset", {"account": account_id})
    return accounts.find_account_by_id(account_id)


def forget_old() -> None:
    """Delete what has been over for a day."""
    with transaction() as session:
        session.execute(delete(Reset).where(Reset.expires_at < utc_now() - KEPT))


def _new(lang: str) -> Reset:
    id = new_id()
    return Reset(id=id, hash=credentials.digest(secret_of(id)), epoch=0, lang=lang, expires_at=utc_now() + VALID_FOR)


def _valid() -> Select[tuple[Reset, Account]]:
    """Resets that still lead somewhere: unused, in time, and nothing about the account has changed since."""
    same = (Account.id == Reset.account_id) & (Account.epoch == Reset.epoch)
    query = select(Reset, Account).join(Account, same)
    return query.where(
        Reset.used_at.is_(None), Reset.expires_at > utc_now(), or_(Reset.mail.is_(None), Reset.mail == Account.mail)
    )


def _found(secret: str, lock: bool = False) -> tuple[Reset, Account]:
    """On PostgreSQL the lock makes a second one wait, and then see that the account has changed."""
    query = _valid().where(Reset.hash == credentials.digest(secret)).execution_options(populate_existing=True)
    found = db.session.execute(query.with_for_update() if lock else query).first()
    if found is None or (found[0].made_in and _seats(found[1].id) > 1):
        raise NotFound(message("This link is no longer valid. Ask for a new one."))
    return found[0], found[1]


def _seats(account_id: str) -> int:
    seats = select(func.count()).select_from(AccountTenant).where(AccountTenant.account_id == account_id)
    return db.session.scalar(seats) or 0
