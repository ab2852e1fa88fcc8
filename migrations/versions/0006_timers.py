"""Triggers that the clock pulls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0006"
down_revision = "0005"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of timers, and let each tenant see its own only."""
    op.create_table(
        "flow_timer",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("flow", KEY, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("plan", DOCUMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=True),
        sa.Column("doing", DOCUMENT, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("flow_timer_of", "flow_timer", ["tenant_id", "app_id", "flow", "trigger"], unique=True)
    protect(op.get_bind(), ["flow_timer"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("flow_timer")
