"""A link in a mail leads to a new password."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of resets."""
    op.create_table(
        "reset",
        sa.Column("id", ID, nullable=False),
        sa.Column("hash", KEY, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("mail", KEY, nullable=True),
        sa.Column("made_in", ID, nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
        info={"outside_rls": True},
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("reset")
