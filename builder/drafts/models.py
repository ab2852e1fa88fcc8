"""The table of drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Key, Moment, TenantRow, Written, utc_now


class Draft(TenantRow, Base):
    """One document of an app as it is being edited; `kind` "app" holds what is beside its parts (title, sample, …)."""

    __tablename__ = "draft"
    __table_args__ = (Index("draft_key", "tenant_id", "app_id", "kind", "key", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    position: Mapped[int] = mapped_column(Integer, default=0)
    document: Mapped[dict[str, Any]] = mapped_column(Written)
    rev: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now, onupdate=utc_now)
    updated_by: Mapped[str | None] = mapped_column(Id)
