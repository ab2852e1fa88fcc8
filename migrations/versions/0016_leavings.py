"""Files that nobody needs any more are marked, and go after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Keep since when nobody is known to need a file."""
    op.add_column("file", sa.Column("unneeded_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("file", "unneeded_since")
