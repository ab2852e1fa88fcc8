"""Where apps begin: surveys of uploaded tables, templates of a tenant, and what is left to do with an app."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0010"
down_revision = "0009"

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WRITTEN = sa.JSON(none_as_null=True)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES = ("survey", "template", "guide")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "survey",
        sa.Column("files", DOCUMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", DOCUMENT, nullable=True),
        sa.Column("found", WRITTEN, nullable=True),
        sa.Column("app_id", ID, nullable=True),
        sa.Column("imports", DOCUMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        *_row(),
    )
    op.create_table(
        "template",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("document", WRITTEN, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("offered_by", ID, nullable=True),
        *_row(),
    )
    op.create_index("template_key", "template", ["tenant_id", "key"], unique=True)
    op.create_index("template_app", "template", ["tenant_id", "app_id"], unique=True)
    op.create_table(
        "guide",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("seen", DOCUMENT, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        *_row(),
    )
    op.create_index("guide_app", "guide", ["tenant_id", "app_id"], unique=True)
    protect(op.get_bind(), TABLES)


def _row() -> tuple[sa.Column[str], sa.Column[str], sa.PrimaryKeyConstraint]:
    key = sa.Column("tenant_id", ID, nullable=False), sa.Column("id", ID, nullable=False)
    return *key, sa.PrimaryKeyConstraint("tenant_id", "id")


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.drop_table(table)
