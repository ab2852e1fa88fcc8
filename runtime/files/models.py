"""Table of uploaded files; their bytes lie under the data folder by id."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Moment, TenantRow, utc_now


class File(TenantRow, Base):
    """One uploaded file, as it was sent; it never changes. Since `unneeded_since` nobody is known to need it."""

    __tablename__ = "file"
    __table_args__ = (
        Index(
            "file_loose", "tenant_id", "uploaded_by",
            postgresql_where=text("unneeded_since IS NOT NULL"), sqlite_where=text("unneeded_since IS NOT NULL"),
        ),
    )  # fmt: skip

    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    uploaded_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    unneeded_since: Mapped[datetime | None] = mapped_column(Moment)
