"""What people say about records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0012"
down_revision = "0011"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of comments."""
    op.create_table(
        "comment",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", DOCUMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("comment_record", "comment", ["tenant_id", "record_id", "id"])
    protect(op.get_bind(), ["comment"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("comment")
