"""Invitations go out by mail, and a link lets a group in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0005"
down_revision = "0004"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Say where an invitation goes, and make the table of links."""
    op.add_column("invitation", sa.Column("mail", sa.Text(), nullable=True))
    op.add_column("invitation", sa.Column("sent_at", MOMENT, nullable=True))
    op.create_table(
        "join_link",
        sa.Column("hash", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("join_link_hash", "join_link", ["tenant_id", "hash"], unique=True)
    protect(op.get_bind(), ["join_link"])


def downgrade() -> None:
    """Take both away."""
    op.drop_table("join_link")
    op.drop_column("invitation", "sent_at")
    op.drop_column("invitation", "mail")
