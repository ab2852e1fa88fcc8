"""Tables of what a tenant offers itself to be taken again, and of what is left to do with an app."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Key, Moment, TenantRow, Written, utc_now


class Template(TenantRow, Base):
    """An app of the tenant as a template: its documents as they were when it was offered last."""

    __tablename__ = "template"
    __table_args__ = (
        Index("template_key", "tenant_id", "key", unique=True),
        Index("template_app", "tenant_id", "app_id", unique=True),
    )

    app_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Key)
    document: Mapped[dict[str, Any]] = mapped_column(Written)
    offered_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    offered_by: Mapped[str | None] = mapped_column(Id)


class Guide(TenantRow, Base):
    """What is known of an app's first days that no other table tells: the steps that were looked at, and put away."""

    __tablename__ = "guide"
    __table_args__ = (Index("guide_app", "tenant_id", "app_id", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    seen: Mapped[list[str]] = mapped_column(Document, default=list)
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
