"""What tests borrow instead of making it anew each time: a database of each kind, emptied, and the app on it, as new.

A database that was given another shape and an app that was given more routes are not lent again.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql

from runtime.db import db, new_id
from runtime.db.turns import turns
from runtime.security.limits import limiter
from wsgi import create_app, read_settings

SHAPE = """
SELECT coalesce(string_agg(part, E'\\n' ORDER BY part), '') FROM (
    SELECT concat_ws(' ', relname, relkind, relrowsecurity, relforcerowsecurity, relnatts) AS part
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', polname, polcmd) FROM pg_policy
) AS shape
"""
USED = """
SELECT relname, pg_relation_size(oid) > 1048576 OR reltuples >= 0 AS grown FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    AND (pg_relation_size(oid) > 0 OR reltuples >= 0)
"""
EMPTY, RENEW = "DELETE FROM {}", "TRUNCATE {} CASCADE"
"""Renewing makes new files for a table, its indexes and all that refer to it, a hundred times dearer: only for tables
that grew large or whose rows were counted, which changes the plans of the tests that come after."""

OTHERS = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
)


@dataclass(frozen=True)
class Database:
    """Where a test's data lives: the app's address, and the owner's, who may make tables."""

    kind: str
    url: str
    admin_url: str


def lend_sqlite(template: Path, path: Path) -> Database:
    """A fresh copy of the template, always at the same path."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copy(template, path)
    return Database("sqlite", f"sqlite:///{path}", f"sqlite:///{path}")


@dataclass
class Postgres:
    """One database of a server, made from the template and emptied for each test; made again when its shape changed."""

    socket: str
    name: str = ""
    shape: str = ""

    def lend(self) -> Database:
        """It, empty."""
        if not self.name or not self._empty():
            self._make()
        app, owner = (
            f"postgresql+psycopg://{role}@/{self.name}?host={self.socket}" for role in ("trellis_app", "trellis_owner")
        )
        return Database("postgresql", app, owner)

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(f"host={self.socket} dbname={name} user=postgres", autocommit=True)

    def _make(self) -> None:
        with self._connect("postgres") as connection:
            self._drop(connection)
            self.name = self.name or "t" + new_id().replace("-", "")
            make = "CREATE DATABASE {} TEMPLATE trellis_template OWNER trellis_owner STRATEGY FILE_COPY"
            connection.execute(sql.SQL(make).format(sql.Identifier(self.name)))
        with self._connect(self.name) as connection:
            self.shape = self._shape(connection)

    def _drop(self, connection: psycopg.Connection[Any]) -> None:
        if self.name:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def _shape(self, connection: psycopg.Connection[Any]) -> str:
        row = connection.execute(SHAPE).fetchone()
        assert row
        return hashlib.sha256(row[0].encode()).hexdigest()

    def _empty(self) -> bool:
        """Take all rows out, whoever still holds them; whether the tables are still those of the template."""
        with self._connect(self.name) as connection:
            connection.execute(OTHERS, [connection.info.backend_pid])
            if self._shape(connection) != self.shape:
                return False
            connection.execute("SET session_replication_role = replica")  # the audit's rows do not let themselves go
            ways = [
                sql.SQL(RENEW if grown else EMPTY).format(sql.Identifier(name))
                for name, grown in connection.execute(USED)
            ]
            connection.execute(sql.SQL("; ").join(ways))
        return True


@dataclass
class Lent:
    """An app and what it was when it was made."""

    app: Flask
    config: dict[str, Any]
    extensions: dict[str, Any]
    limits: dict[str, Any]
    outline: Any


@dataclass
class Apps:
    """The apps on the shelf, one for each kind of settings; TRELLIS_HOME differs from test to test."""

    made: dict[str, Lent] = field(default_factory=dict)

    def lend(self, settings: dict[str, Any]) -> Flask:
        """An app with these settings, as if it were just made."""
        kind = repr(sorted((name, value) for name, value in settings.items() if name != "TRELLIS_HOME"))
        lent = self.made.get(kind)
        if lent is None or lent.outline != outline(lent.app):
            app = create_app(settings)
            lent = Lent(app, dict(app.config), dict(app.extensions), dict(vars(limiter)), outline(app))
            self.made[kind] = lent
        app = lent.app
        app.config.clear()
        app.config.update(lent.config | read_settings(settings))
        app.extensions.clear()
        app.extensions.update(lent.extensions)
        app._got_first_request = False
        vars(limiter).update(lent.limits)  # one for all apps: whoever was made last has set it up
        forget_tries()
        return app


def forget_tries() -> None:
    """Count anew how often anything was tried; first ends the thread that would look at the counts just taken away."""
    timer = limiter.storage.timer  # type: ignore[attr-defined]
    timer.cancel()
    timer.join()
    limiter.reset()


def outline(app: Flask) -> Any:
    """Everything that a test may have hung onto an app. Flask leaves an empty entry wherever it looked for some."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    hung = [{scope: list(found) for scope, found in kind.items() if found} for kind in hooks]
    refused = [
        (scope, code, dict(found))
        for scope, codes in app.error_handler_spec.items()
        for code, found in codes.items()
        if found
    ]
    return dict(app.view_functions), len(list(app.url_map.iter_rules())), hung, refused


def in_use(app: Flask) -> Iterator[Flask]:
    """The app with its context pushed; no connection stays open after.

    A thread of an earlier test's server may have put one into the pool since: it would show that test's rows.
    """
    turns.forget()
    with app.app_context():
        db.engine.dispose()
        yield app
        db.session.remove()
        db.engine.dispose()
