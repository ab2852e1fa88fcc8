"""The queries behind every request: who this cookie or token is, and what the member holds.

Each is built once, as building it takes longer than running it: what is asked for goes in as parameters.
"""

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
        select(Session, Account, Door.tenant_id, AccountTenant.member_id)
        .join(Account, and_(Account.id == Session.account_id, Account.epoch == Session.epoch))
        .outerjoin(Door, Door.key == bindparam("tenant_key"))
        .outerjoin(AccountTenant, seat)
        .where(Session.hash == bindparam("hash"), Session.revoked_at.is_(None))
    )


def _members() -> Select[*tuple[Any, ...]]:
    """A row for each role and power of active members, with tenant and department."""
    own = RoleHolder.tenant_id == Member.tenant_id
    return (
        select(Member, Tenant, Department.path, RoleHolder.app_id, RoleHolder.role, Power.name)
        .join(Tenant, Tenant.tenant_id == Member.tenant_id)
        .outerjoin(Department, and_(Department.tenant_id == Member.tenant_id, Department.id == Member.department_id))
        .outerjoin(RoleHolder, and_(own, RoleHolder.member_id == Member.id))
        .outerjoin(Power, and_(Power.tenant_id == Member.tenant_id, Power.member_id == Member.id))
        .where(Member.active.is_(True))
    )


@cache
def member_query() -> Select[*tuple[Any, ...]]:
    """The rows of the active member of `member_id`."""
    return _members().where(Member.id == bindparam("member_id"))


@cache
def token_query() -> Select[*tuple[Any, ...]]:
    """The same for the member of the token of `hash`, with the token and the account it was issued under."""
    return (
        _members()
        .join(Token, and_(Token.tenant_id == Member.tenant_id, Token.member_id == Member.id))
        .join(Account, and_(Account.id == Member.account_id, Account.epoch == Token.epoch))
        .where(Token.hash == bindparam("hash"), Token.revoked_at.is_(None))
        .add_columns(Token, Account)
    )
