"""Table of what is owed to the records of an app."""

from sqlalchemy.orm import Mapped, mapped_column

from runtime.db import Base, Document, Id, TenantRow


class Rebuild(TenantRow, Base):
    """What workers still have to do to the records of the app of this id; gone when nothing is left.

    `parts` are pairs of what is to be done and the form it is done to; of the first of them all records up to `after`
    are through.
    """

    __tablename__ = "rebuild"

    parts: Mapped[list[list[str]]] = mapped_column(Document)
    after: Mapped[str | None] = mapped_column(Id)
