"""People save views of tables, for themselves or for all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0008"
down_revision = "0007"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def upgrade() -> None:
    """Make the table of saved views."""
    op.create_table(
        "saved_view",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("saved_view_form", "saved_view", ["tenant_id", "app_id", "form", "id"])
    protect(op.get_bind(), ["saved_view"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("saved_view")
