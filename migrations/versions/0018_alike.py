"""Notices that are alike, as of an import, are counted in one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Keep on which occasion a notice was told, and for how many it stands."""
    op.add_column("notice", sa.Column("occasion", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("alike", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take it away."""
    for column in ("alike", "occasion"):
        op.drop_column("notice", column)
