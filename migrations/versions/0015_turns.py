"""What is due can be shared out over the tenants without reading past what one of them has piled up."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Find the next tenant that waits, and what is longest due of it."""
    op.create_index("dispatch_tenant_due", "dispatch", ["tenant_id", "due"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("dispatch_tenant_due", "dispatch")
