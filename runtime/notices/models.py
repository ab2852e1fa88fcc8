"""Tables of notices."""

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Id, Moment, TenantRow, utc_now


class Notice(TenantRow, Base):
    """Something one member was told. `link` is a path inside the tenant's pages, after `/t/<tenant>/`.

    `mailed_at` is set when the mail was handed over, or when there was nobody to mail it to. It is shown from `due_at`
    on; a `bundled` one is mailed together with others, `bundle` is the id of that mail. It stands for as many as
    are `alike`, told on one `occasion`.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_member", "tenant_id", "member_id", "id"),
        Index(
            "notice_unread",
            *("tenant_id", "member_id"),
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
    )

    member_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(Text)
    app_id: Mapped[str | None] = mapped_column(Id)
    run_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    due_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    bundled: Mapped[bool] = mapped_column(Boolean, default=False)
    bundle: Mapped[str | None] = mapped_column(Id)
    occasion: Mapped[str | None] = mapped_column(Text)
    alike: Mapped[int] = mapped_column(Integer, default=1)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def heading(self) -> str:
        """The title, and how many alike there are."""
        return f"{self.title} × {self.alike}" if self.alike > 1 else self.title
