"""Notices are told when people want it, many in one mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Say when a notice is due and with which mail it goes, and keep what people choose. All there are, are due."""
    long_ago = "1970-01-01 00:00:00.000000"
    op.add_column("notice", sa.Column("due_at", MOMENT, nullable=False, server_default=long_ago))
    op.add_column("notice", sa.Column("bundled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notice", sa.Column("bundle", ID, nullable=True))
    op.add_column("member", sa.Column("notices", DOCUMENT, nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("member", "notices")
    for column in ("bundle", "bundled", "due_at"):
        op.drop_column("notice", column)
