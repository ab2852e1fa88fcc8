"""The table of saved views."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Moment, TenantRow, Written, utc_now


class SavedView(TenantRow, Base):
    """A table of a form as somebody keeps it: `document` has columns, filter and sort as a view/1 says them."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("saved_view_form", "tenant_id", "app_id", "form", "id"),)

    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Text)
    member_id: Mapped[str] = mapped_column(Id)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    title: Mapped[str] = mapped_column(Text)
    document: Mapped[dict[str, Any]] = mapped_column(Written)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
