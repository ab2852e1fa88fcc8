"""Titles of apps in other languages stand beside their title, and departments beside each other have an order."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Keep both; an app that is there has its titles from its next release on."""
    op.add_column("app", sa.Column("texts", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
    op.add_column("department", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("department", "position")
    op.drop_column("app", "texts")
