"""What is owed to the records of an app after a release is kept, and how far it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0019"
down_revision = "0018"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the table; what is due already is done from the beginning."""
    op.create_table(
        "rebuild",
        sa.Column("parts", DOCUMENT, nullable=False),
        sa.Column("after", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    protect(op.get_bind(), ["rebuild"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("rebuild")
