"""What we are held against: a bare Flask route and a bare loop, each doing one INSERT + COMMIT."""

import itertools
import json
import sqlite3
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, request
from sqlalchemy import make_url

from runtime.db import new_id

TABLE = "CREATE TABLE IF NOT EXISTS bench_reference (id text PRIMARY KEY, data {json} NOT NULL)"


def body(answers: Mapping[str, Any]) -> bytes:
    """What is sent to submit these answers."""
    return json.dumps(answers, ensure_ascii=False).encode()


def open_connection(url: str) -> Any:
    """A plain driver connection to the database at an SQLAlchemy address."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(parts.database), timeout=10, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection
    return psycopg.connect(parts.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


def make_table(url: str) -> None:
    """The reference's own table, without any index but its key."""
    connection = open_connection(url)
    connection.execute(TABLE.format(json="text" if isinstance(connection, sqlite3.Connection) else "jsonb"))
    connection.close()


def insert(connection: Any, data: str) -> str:
    """One INSERT + COMMIT; gives the id."""
    mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
    id = new_id()
    connection.execute(f"INSERT INTO bench_reference (id, data) VALUES ({mark}, {mark})", (id, data))
    return id


def bare_inserts(url: str, data: str, seconds: float) -> float:
    """INSERT + COMMIT per second on one connection, without any web."""
    connection = open_connection(url)
    started = time.perf_counter()
    for count in itertools.count(1):
        insert(connection, data)
        spent = time.perf_counter() - started
        if spent > seconds:
            connection.close()
            return count / spent
    raise AssertionError("an endless loop has ended")


def create_app(url: str) -> Flask:
    """A Flask app with nothing but the route; each thread keeps its connection, as a pool would give it."""
    app = Flask("reference")
    kept = threading.local()

    @app.post("/records")
    def submit() -> tuple[dict[str, Any], int]:
        if not hasattr(kept, "connection"):
            kept.connection = open_connection(url)
        body = request.get_json()
        id = insert(kept.connection, json.dumps(body, ensure_ascii=False))
        return {"id": id, "rev": 1, "data": body}, 201

    return app


def sqlite_url(home: Path) -> str:
    """Where the reference keeps its rows when the database is SQLite: a file of its own, with our pragmas."""
    return f"sqlite:///{home}/reference.db"
