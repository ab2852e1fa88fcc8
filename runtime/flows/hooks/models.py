"""The tables of addresses that receive."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Key, Moment, TenantRow, new_id, utc_now


class Hook(Base):
    """Which tenant an address belongs to; looked up before any tenant is known."""

    __tablename__ = "hook"
    __table_args__ = {"info": {"outside_rls": True}}  # noqa: RUF012 - as SQLAlchemy wants it

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(Id)


class Webhook(TenantRow, Base):
    """The trigger that an address starts, and the sealed key that whoever sends there signs with."""

    __tablename__ = "webhook"
    __table_args__ = (Index("webhook_trigger", "tenant_id", "app_id", "flow", "trigger", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    flow: Mapped[str] = mapped_column(Key)
    trigger: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    received_at: Mapped[datetime | None] = mapped_column(Moment)
