"""The row by which a worker comes to a member's bundle."""

from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite

from runtime.events import Dispatch, dispatch_row


def call_for(dialect: str, tenant_id: str, member_id: str, due: datetime) -> Any:
    """Come to this member at `due`, or earlier if that was asked for already."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(Dispatch).values(dispatch_row(tenant_id, member_id, "digest", due))
    earlier = case((Dispatch.due > row.excluded.due, row.excluded.due), else_=Dispatch.due)
    return row.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"due": earlier})
