"""The table of exports."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, Moment, TenantRow, utc_now


class ExportJob(TenantRow, Base):
    """One export in the background, for whoever asked for it.

    `asked` holds filter, sort, columns and language. `cursor` is the page it goes on with, `spooled` how many bytes of
    the rows before that lie on the disk: a worker that takes over cuts off what another wrote after them. `troubles`
    counts how often the disk has refused something since it took a page.
    """

    __tablename__ = "export_job"
    __table_args__ = (Index("export_job_open", "tenant_id", "state"),)

    app_id: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    why: Mapped[dict[str, Any] | None] = mapped_column(Document)
    cursor: Mapped[str | None] = mapped_column(Text)
    spooled: Mapped[int] = mapped_column(BigInteger, default=0)
    troubles: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    file_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    created_by: Mapped[str] = mapped_column(Id)
