"""The table of connections."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Key, Moment, TenantRow, utc_now


class Connection(TenantRow, Base):
    """A system outside that flows may call.

    `key` is what flows name it by, `address` is what every call's address begins with. `kind` is one of
    credentials.QUESTIONS; `sealed` holds the answers to its questions. `apps` are the ids of the apps whose flows may
    use it: an app that names a connection does not get it by that.
    """

    __tablename__ = "connection"
    __table_args__ = (Index("connection_key", "tenant_id", "key", unique=True),)

    key: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="none")
    sealed: Mapped[str | None] = mapped_column(Text)
    apps: Mapped[list[str]] = mapped_column(Document, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
