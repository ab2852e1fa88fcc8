"""For which item of a loop a step was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the item to steps."""
    op.add_column("flow_step", sa.Column("item", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("flow_step", "item")
