"""What Alembic runs: the migrations, as the owner of the tables, on either database, one process at a time."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, make_url, text

from migrations.row_level_security import admit
from runtime.db import db

LOCK = 0x7265_6C6C
"""The PostgreSQL advisory lock that makes a second migration wait for the first."""


def run() -> None:
    """Migrate in one transaction, then let the app's own role in."""
    engine = create_engine(current_app.config["DATABASE_ADMIN_URL"])
    with engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=not postgres,
            transactional_ddl=True,
            compare_type=True,
        )
        context.run_migrations()
        user = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
        if postgres and user:
            admit(connection, user)
    engine.dispose()


run()
