"""Addresses to which other systems send what starts a flow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0007"
down_revision = "0006"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "hook",
        sa.Column("id", ID, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        info={"outside_rls": True},
    )
    op.create_table(
        "webhook",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("flow", KEY, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("webhook_trigger", "webhook", ["tenant_id", "app_id", "flow", "trigger"], unique=True)
    protect(op.get_bind(), ["webhook"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("webhook")
    op.drop_table("hook")
