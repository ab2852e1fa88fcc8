"""The table of comments."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Key, Moment, TenantRow, utc_now


class Comment(TenantRow, Base):
    """One comment; `mentions` are the ids of members. A removed one keeps its place without its text."""

    __tablename__ = "comment"
    __table_args__ = (Index("comment_record", "tenant_id", "record_id", "id"),)

    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Key)
    record_id: Mapped[str] = mapped_column(Id)
    member_id: Mapped[str] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[str]] = mapped_column(Document, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
