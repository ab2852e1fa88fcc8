"""Accounts, found by any of their names, and their passwords."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from runtime.contracts import Problem, Refused
from runtime.db import db, new_id, transaction
from runtime.i18n import message
from runtime.identity import credentials, names
from runtime.identity.models import Account


def create_account(sign_in_name: str, password: str, name: str = "", lang: str | None = None) -> Account:
    """A new account under a mail address, phone number or login name; Refused with all problems."""
    problems = account_problems(sign_in_name, password)
    called = names.folded(sign_in_name)
    kind = names.kind_of(called)
    if problems or kind is None:
        raise Refused(problems)
    account = Account(
        id=new_id(), name=name.strip()[:200] or called, password_hash=credentials.password_hash(password), lang=lang
    )
    account.epoch = 0
    setattr(account, kind, called)
    try:
        with transaction() as session:
            session.add(account)
            session.flush()
    except IntegrityError:
        raise Refused([Problem("/sign_in", "unique", message("This name cannot be used. Choose another."))]) from None
    return account


def sign_up(name: str, sign_in_name: str, password: str, problems: Iterable[Problem] = ()) -> Account:
    """A new account of somebody who fills in a form; Refused with its problems and those found before."""
    found = list(problems)
    if not name.strip():
        found.append(Problem("/name", "required", message("A name is needed.")))
    if found:
        raise Refused(found + account_problems(sign_in_name, password))
    return create_account(sign_in_name, password, name)


def account_problems(sign_in_name: str, password: str) -> list[Problem]:
    """What is wrong with a name and a password for a new account, as far as can be told without looking."""
    problems = credentials.password_problems(password)
    if names.kind_of(names.folded(sign_in_name)) is None:
        wrong = message("Give a mail address, a phone number or a name without spaces.")
        problems.append(Problem("/sign_in", "format", wrong))
    return problems


def find_account(sign_in_name: str) -> Account | None:
    """The account of that mail address, phone number or login name."""
    called = names.folded(sign_in_name)
    kind = names.kind_of(called)
    if kind is None:
        return None
    return db.session.scalar(select(Account).where(getattr(Account, kind) == called))


def find_account_by_id(account_id: str) -> Account:
    """An account that is known to exist."""
    return db.session.scalars(select(Account).where(Account.id == account_id)).one()


def change_account(account_id: str, name: str, lang: str | None, theme: str | None) -> None:
    """A person's own choices."""
    with transaction():
        account = find_account_by_id(account_id)
        account.name, account.lang, account.theme = name.strip()[:200] or account.name, lang, theme


def change_password(account_id: str, old: str, new: str) -> None:
    """A new password; every session and token of the account is void from now on."""
    account = find_account_by_id(account_id)
    if not credentials.matches(account.password_hash, old):
        raise Refused([Problem("/old", "wrong", message("This is not your password."))])
    set_password(account_id, new)


def set_password(account_id: str, new: str) -> None:
    """The same, by somebody who need not know the old one: the operator, or a reset."""
    problems = credentials.password_problems(new, "/new")
    if problems:
        raise Refused(problems)
    hashed = credentials.password_hash(new)
    with transaction() as session:
        raised = {"password_hash": hashed, "epoch": Account.epoch + 1}
        session.execute(update(Account).where(Account.id == account_id).values(**raised))
