"""The queries behind every request: who this cookie or token is, and what the member holds."""

from typing import Any

from sqlalchemy import Select, and_, select

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


def session_query(hash: str, tenant_key: str | None) -> Select[*tuple[Any, ...]]:
    """The session, its account, and the seat in the tenant of that key, all at once."""
    seat = and_(AccountTenant.tenant_id == Door.tenant_id, AccountTenant.account_id == Account.id)
    return (
        select(Session, Account, Door.tenant_id, AccountTenant.member_id)
        .join(Account, and_(Account.id == Session.account_id, Account.epoch == Session.epoch))
        .outerjoin(Door, Door.key == (tenant_key or ""))
        .outerjoin(AccountTenant, seat)
        .where(Session.hash == hash, Session.revoked_at.is_(None))
    )


def member_query() -> Select[*tuple[Any, ...]]:
    """A row for each role and power of active members, with tenant and department; the caller says which member."""
    own = RoleHolder.tenant_id == Member.tenant_id
    return (
        select(Member, Tenant, Department.path, RoleHolder.app_id, RoleHolder.role, Power.name)
        .join(Tenant, Tenant.tenant_id == Member.tenant_id)
        .outerjoin(Department, and_(Department.tenant_id == Member.tenant_id, Department.id == Member.department_id))
        .outerjoin(RoleHolder, and_(own, RoleHolder.member_id == Member.id))
        .outerjoin(Power, and_(Power.tenant_id == Member.tenant_id, Power.member_id == Member.id))
        .where(Member.active.is_(True))
    )


def token_query(hash: str) -> Select[*tuple[Any, ...]]:
    """The same for the member of a token, with the token and the account it was issued under."""
    return (
        member_query()
        .join(Token, and_(Token.tenant_id == Member.tenant_id, Token.member_id == Member.id))
        .join(Account, and_(Account.id == Member.account_id, Account.epoch == Token.epoch))
        .where(Token.hash == hash, Token.revoked_at.is_(None))
        .add_columns(Token, Account)
    )
