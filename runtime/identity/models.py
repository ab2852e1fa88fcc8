"""Tables of accounts and tenants, of members and what they hold, of sessions and tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Key, Moment, TenantRow, new_id, utc_now

OUTSIDE = {"info": {"outside_rls": True}}
"""Table arguments of what is read before the tenant is known. Nothing a tenant wrote stands in such a table."""


class Account(Base):
    """A person, known to all tenants by mail, phone or login name (each casefolded).

    `epoch` rises with every change of password: sessions and tokens of an older one are void.
    """

    __tablename__ = "account"
    __table_args__ = OUTSIDE

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    mail: Mapped[str | None] = mapped_column(Key, unique=True)
    phone: Mapped[str | None] = mapped_column(Key, unique=True)
    login: Mapped[str | None] = mapped_column(Key, unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    password_hash: Mapped[str] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    lang: Mapped[str | None] = mapped_column(Text)
    theme: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Door(Base):
    """The way from a tenant's key in an address to its id."""

    __tablename__ = "door"
    __table_args__ = OUTSIDE

    key: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(Id, unique=True)


class AccountTenant(Base):
    """Which tenants an account belongs to, and as which member."""

    __tablename__ = "account_tenant"
    __table_args__ = OUTSIDE

    account_id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    member_id: Mapped[str] = mapped_column(Id)


class Session(Base):
    """One signed-in browser; only the hash of what its cookie holds is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("session_account", "account_id"), OUTSIDE)

    hash: Mapped[str] = mapped_column(Key, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True, default=new_id)
    account_id: Mapped[str] = mapped_column(Id)
    epoch: Mapped[int] = mapped_column(Integer)
    agent: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Reset(Base):
    """A wish for a new password: a link leads there once, until `expires_at`, while the account stays as it was.

    For a name that nobody has, the same is written without an account. `mail` is the address the link goes to, none
    where an admin of the tenant `made_in` hands it over.
    """

    __tablename__ = "reset"
    __table_args__ = OUTSIDE

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    hash: Mapped[str] = mapped_column(Key, unique=True)
    account_id: Mapped[str | None] = mapped_column(Id)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    mail: Mapped[str | None] = mapped_column(Key)
    made_in: Mapped[str | None] = mapped_column(Id)
    lang: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Tenant(TenantRow, Base):
    """An organisation; its `id` is its `tenant_id`."""

    __tablename__ = "tenant"

    key: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(Text, default="zh-CN")
    timezone: Mapped[str] = mapped_column(Text, default="Asia/Shanghai")
    settings: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Member(TenantRow, Base):
    """Somebody in a tenant; without an account while the invitation is not taken up.

    `search` is what a name is found by: the name itself, its pinyin, and the first letters of that. `notices` is when
    the person wants to be told, none for the tenant's own way.
    """

    __tablename__ = "member"
    __table_args__ = (Index("member_account", "tenant_id", "account_id", unique=True),)

    account_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text, default="")
    department_id: Mapped[str | None] = mapped_column(Id)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    notices: Mapped[dict[str, Any] | None] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class Department(TenantRow, Base):
    """A node of the tenant's tree; `path` is the ids from the root down to this one, each with a slash after it."""

    __tablename__ = "department"
    __table_args__ = (Index("department_path", "tenant_id", "path", unique=True),)

    parent_id: Mapped[str | None] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Key)
    manager_id: Mapped[str | None] = mapped_column(Id)
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class RoleHolder(TenantRow, Base):
    """A member who holds a role of an app."""

    __tablename__ = "role_holder"
    __table_args__ = (Index("role_holder_once", "tenant_id", "member_id", "app_id", "role", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    role: Mapped[str] = mapped_column(Key)
    member_id: Mapped[str] = mapped_column(Id)


class Power(TenantRow, Base):
    """A member who is an owner or an admin of the whole tenant."""

    __tablename__ = "power"
    __table_args__ = (Index("power_once", "tenant_id", "member_id", "name", unique=True),)

    member_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Key)


class Token(TenantRow, Base):
    """An API token of a member, by hash. Its text begins with the tenant's id, so it can stand behind the tenant."""

    __tablename__ = "token"
    __table_args__ = (Index("token_hash", "tenant_id", "hash", unique=True),)

    hash: Mapped[str] = mapped_column(Key)
    member_id: Mapped[str] = mapped_column(Id)
    epoch: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text, default="")
    scopes: Mapped[list[str]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(TenantRow, Base):
    """A seat kept for somebody: whoever brings the secret becomes that member, once.

    `mail` is where it is sent to, none where the link is handed over; `sent_at` when that was done.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("invitation_hash", "tenant_id", "hash", unique=True),)

    hash: Mapped[str] = mapped_column(Key)
    member_id: Mapped[str] = mapped_column(Id)
    mail: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class JoinLink(TenantRow, Base):
    """A link for a group: whoever brings the secret becomes a member, until `expires_at` and `most` have joined.

    `roles` are pairs of an app's id and a role's key.
    """

    __tablename__ = "join_link"
    __table_args__ = (Index("join_link_hash", "tenant_id", "hash", unique=True),)

    hash: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text, default="")
    department_id: Mapped[str | None] = mapped_column(Id)
    roles: Mapped[list[list[str]]] = mapped_column(Document)
    most: Mapped[int | None] = mapped_column(Integer)
    joined: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
