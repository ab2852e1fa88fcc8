"""Tables of apps and releases."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Key, Moment, TenantRow, Written, utc_now


class App(TenantRow, Base):
    """An app of a tenant; `release` is the number that is live, None before the first publishing."""

    __tablename__ = "app"
    __table_args__ = (Index("app_key", "tenant_id", "key", unique=True),)

    key: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(Text)
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(Written, default=dict, server_default="{}")
    lang: Mapped[str] = mapped_column(Text, default="zh-CN")
    release: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str | None] = mapped_column(Id)


class Release(TenantRow, Base):
    """One published app/1 document, never changed again."""

    __tablename__ = "release"
    __table_args__ = (Index("release_number", "tenant_id", "app_id", "number", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(Written)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str | None] = mapped_column(Id)
