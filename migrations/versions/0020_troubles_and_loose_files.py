"""An export counts what the disk refuses, and files that nobody needs are found by who sent them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the count and the index."""
    op.add_column("export_job", sa.Column("troubles", sa.Integer(), nullable=False, server_default="0"))
    loose = sa.text("unneeded_since IS NOT NULL")
    where = {"postgresql_where": loose, "sqlite_where": loose}
    op.create_index("file_loose", "file", ["tenant_id", "uploaded_by"], **where)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("file_loose", "file")
    op.drop_column("export_job", "troubles")
