"""The migrations and the models say the same, on both databases, and no tenant's table is left open."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from psycopg import sql
from sqlalchemy import Connection, create_engine, inspect, text

from migrations.row_level_security import protected
from runtime.db import db, new_id
from tests.conftest import maintenance
from wsgi import create_app


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of an app whose database has no table yet."""
    settings = {"TRELLIS_HOME": str(tmp_path)}
    if request.param == "sqlite":
        yield settings | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/empty.db"}
        return
    socket = request.getfixturevalue("postgres_server")
    name = sql.Identifier("e" + new_id().replace("-", ""))
    with psycopg.connect(maintenance(socket), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER trellis_owner").format(name))
        yield settings | {
            "SQLALCHEMY_DATABASE_URI": f"postgresql+psycopg://trellis_app@/{name.as_string(connection)[1:-1]}?host={socket}",
            "DATABASE_ADMIN_URL": f"postgresql+psycopg://trellis_owner@/{name.as_string(connection)[1:-1]}?host={socket}",
        }
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def migrated(empty: dict[str, str]) -> Iterator[tuple[Flask, Connection]]:
    """An app on a database that the migrations made, and its owner's connection."""
    app = create_app(empty)
    engine = create_engine(app.config["DATABASE_ADMIN_URL"])
    with app.app_context():
        upgrade()
        with engine.connect() as connection:
            yield app, connection
        db.engine.dispose()
    engine.dispose()


def test_models_and_migrations_agree(migrated: tuple[Flask, Connection]):
    context = MigrationContext.configure(migrated[1], opts={"compare_type": True})
    assert compare_metadata(context, db.metadata) == []


def test_every_tenants_table_has_row_level_security_forced_and_no_other_has(migrated: tuple[Flask, Connection]):
    connection = migrated[1]
    if connection.dialect.name != "postgresql":
        assert set(protected(db.metadata)) <= set(inspect(connection).get_table_names())
        return
    forced = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
    assert sorted(connection.scalars(text(forced))) == protected(db.metadata)
    policies = "SELECT tablename FROM pg_policies WHERE policyname = 'same_tenant'"
    assert sorted(connection.scalars(text(policies))) == protected(db.metadata)


def test_the_apps_own_role_may_work_with_rows_but_owns_nothing(migrated: tuple[Flask, Connection]):
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        for table in set(tables) - {"alembic_version"}:
            connection.execute(text(f'SELECT count(*) FROM "{table}"'))
        if connection.dialect.name == "postgresql":
            owned = "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
            assert connection.scalar(text(owned)) == 0


def test_migrating_again_changes_nothing_and_the_way_back_leaves_nothing(migrated: tuple[Flask, Connection]):
    _, connection = migrated
    upgrade()
    downgrade(revision="base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
