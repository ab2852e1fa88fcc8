"""Table of hand-overs: what goes to whom, and how far it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Moment, TenantRow, utc_now


class Handover(TenantRow, Base):
    """The records of a member on their way to others; its id is the batch under which they are written.

    `plan` is `{"records": [{"app", "form", "field", "to"}], "flows": whether flows hear of it}`, with no field for the
    owner; `place` counts the entries of it that are through. `taken_to` is the record with which taking it back has
    ended for now.
    """

    __tablename__ = "handover"
    __table_args__ = (Index("handover_member", "tenant_id", "member_id", "id"),)

    member_id: Mapped[str] = mapped_column(Id)
    plan: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text, default="working")
    place: Mapped[int] = mapped_column(Integer, default=0)
    after: Mapped[str | None] = mapped_column(Id)
    total: Mapped[int] = mapped_column(Integer, default=0)
    moved: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[int] = mapped_column(Integer, default=0)
    taken_to: Mapped[str | None] = mapped_column(Id)
    undone: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str | None] = mapped_column(Id)
    undone_by: Mapped[str | None] = mapped_column(Id)

    @property
    def is_running(self) -> bool:
        """Whether records are still on their way, there or back."""
        return self.state in ("working", "undoing")
