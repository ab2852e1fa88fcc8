"""Whether what this process needs is there."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from runtime.db import db


def database_answers() -> bool:
    """Whether the database can be asked."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
