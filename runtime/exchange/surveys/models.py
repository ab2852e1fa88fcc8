"""Table of surveys: uploaded tables that are looked through before anything is made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Moment, TenantRow, Written, utc_now


class Survey(TenantRow, Base):
    """Some files and what was found in them; `app_id` once an app was made of it, then `imports` fill its forms."""

    __tablename__ = "survey"

    files: Mapped[list[dict[str, str]]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    why: Mapped[dict[str, Any] | None] = mapped_column(Document)
    found: Mapped[list[dict[str, Any]] | None] = mapped_column(Written)
    app_id: Mapped[str | None] = mapped_column(Id)
    imports: Mapped[list[str] | None] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str | None] = mapped_column(Id)
