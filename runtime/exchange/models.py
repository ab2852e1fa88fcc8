"""Tables of imports: what is asked, how far it is, and what was wrong with which row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Moment, TenantRow, Written, utc_now


class ImportJob(TenantRow, Base):
    """One import of a table into a form; the file lies beside the other uploads under its id."""

    __tablename__ = "import_job"
    __table_args__ = (Index("import_job_form", "tenant_id", "app_id", "form", "id"),)

    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(Written)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    why: Mapped[dict[str, Any] | None] = mapped_column(Document)
    total: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    incomplete: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str | None] = mapped_column(Id)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class ImportNote(TenantRow, Base):
    """What is to be said about a cell of a row; `later` ones are links to rows that may come further down."""

    __tablename__ = "import_note"
    __table_args__ = (Index("import_note_row", "tenant_id", "import_id", "row", "id"),)

    import_id: Mapped[str] = mapped_column(Id)
    row: Mapped[int] = mapped_column(Integer)
    field: Mapped[str] = mapped_column(Text)
    keyword: Mapped[str] = mapped_column(Text)
    message: Mapped[dict[str, Any]] = mapped_column(Document)
    value: Mapped[str] = mapped_column(Text, default="")
    later: Mapped[bool] = mapped_column(Boolean, default=False)
    record_id: Mapped[str | None] = mapped_column(Id)
