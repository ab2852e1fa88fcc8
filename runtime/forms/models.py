"""The table of drafts: what somebody typed into a form and has not sent yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Key, Moment, TenantRow, Written, utc_now


class FormDraft(TenantRow, Base):
    """One draft of one member for one form; `record_id` is "" for a new record, `rev` what an edit began with."""

    __tablename__ = "form_draft"
    __table_args__ = (Index("form_draft_place", "tenant_id", "member_id", "app_id", "form", "record_id", unique=True),)

    member_id: Mapped[str] = mapped_column(Id)
    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Key)
    record_id: Mapped[str] = mapped_column(Text, default="")
    rev: Mapped[int | None] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]] = mapped_column(Written)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
