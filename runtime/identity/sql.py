"""The queries behind every request: who this cookie or token is, and what the member holds.

Each is built once, as building it takes longer than running it: what is asked for goes in as parameters.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from runtime.identity.models import (
    Account,
    AccountTenant,
    Department,
    Door,
    Member,
    Power,
    RoleHolder,
    Session,
    Tenant,
    Token,
)


@cache
def session_query() -> Select[*tuple[Any, ...]]:
    """The session of `hash`, its account, and the seat in the tenant of `tenant_key`, all at once."""
    seat = and_(AccountTenant.tenant_id == Door.tenant_id, AccountTenant.account_id == Account.id)
    return (
        select(
            *(Account.id, Session.id, Account.name, Account.lang, Account.theme),
            *(Door.tenant_id, AccountTenant.member_id, Session.seen_at),
        )
        .join(Account, and_(Account.id == Session.account_id, Account.epoch == Session.epoch))
        .outerjoin(Door, Door.key == bindparam("tenant_key"))
        .outerjoin(AccountTenant, seat)
        .where(Session.hash == bindparam("hash"), Session.revoked_at.is_(None))
    )


_WHO = (Member.id, Member.name, Member.department_id, Department.path)
_HELD = (RoleHolder.app_id, RoleHolder.role, Power.name)
_HOME = Tenant.__table__.c
WHO, HELD = slice(0, 4), slice(4, 7)
"""Where in a row of a member stands who it is, and where one role and one power that are held."""

_HOME_AT = slice(HELD.stop, HELD.stop + len(_HOME))


def home_of(row: Sequence[Any]) -> Tenant:
    """The tenant that stands in a row of a member, to be read only."""
    return Tenant(**dict(zip(_HOME.keys(), row[_HOME_AT], strict=True)))


def _members() -> Select[*tuple[Any, ...]]:
    """A row for each role and power of active members, with tenant and department."""
    own = RoleHolder.tenant_id == Member.tenant_id
    return (
        select(*_WHO, *_HELD, *_HOME)
        .join(Tenant, Tenant.tenant_id == Member.tenant_id)
        .outerjoin(Department, and_(Department.tenant_id == Member.tenant_id, Department.id == Member.department_id))
        .outerjoin(RoleHolder, and_(own, RoleHolder.member_id == Member.id))
        .outerjoin(Power, and_(Power.tenant_id == Member.tenant_id, Power.member_id == Member.id))
        .where(Member.tenant_id == bindparam("tenant_id"), Member.active.is_(True))
    )


@cache
def member_query() -> Select[*tuple[Any, ...]]:
    """The rows of the active member of `member_id`."""
    return _members().where(Member.id == bindparam("member_id"))


@cache
def token_query() -> Select[*tuple[Any, ...]]:
    """The same for the member of the token of `hash`, with its scopes, its end, and the account's language."""
    return (
        _members()
        .join(Token, and_(Token.tenant_id == Member.tenant_id, Token.member_id == Member.id))
        .join(Account, and_(Account.id == Member.account_id, Account.epoch == Token.epoch))
        .where(Token.hash == bindparam("hash"), Token.revoked_at.is_(None))
        .add_columns(Token.scopes, Token.expires_at, Account.lang)
    )
