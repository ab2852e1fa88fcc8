"""The hot questions are answered from an index, with row-level security standing behind."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from runtime.contracts import Actor, Change
from runtime.db import db
from runtime.records import service
from runtime.records.query import Query
from tests.lending import Database
from tests.runtime.records.conftest import Save


@pytest.fixture
def plans(app: Flask) -> Iterator[list[str]]:
    """How each SELECT on records would be answered, explained as it runs."""
    seen: list[str] = []
    postgres = db.engine.dialect.name == "postgresql"

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("SELECT") and "FROM record" in statement:
            other = connection.connection.driver_connection.cursor()
            if postgres:
                other.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in ("seqscan", "bitmapscan", "sort")))
            other.execute(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement, parameters)
            seen.append("\n".join(str(line) for line in other.fetchall()))
            other.close()

    event.listen(db.engine, "before_cursor_execute", explain)
    yield seen
    event.remove(db.engine, "before_cursor_execute", explain)


ASKED = [
    (Query(count=False), ["record_all"]),
    (Query(sort=("-amount",), count=False), ["record_n1"]),
    (Query(sort=("subject",), count=False), ["record_s1"]),
    (Query({"field": "subject", "op": "eq", "value": "a"}, count=False), ["record_s1"]),
    (Query({"field": "subject", "op": "starts", "value": "a"}, sort=("subject",), count=False), ["record_s1"]),
    (Query({"field": "amount", "op": "gte", "value": 5}, sort=("amount",), count=False), ["record_n1"]),
    (Query({"field": "day", "op": "gte", "value": {"days": -30}}, sort=("day",), count=False), ["record_d2"]),
    (Query({"field": "owner", "op": "eq", "value": {"me": True}}, count=False), ["record_owner", "record_all"]),
]


def tell(database: Database, statement: str) -> None:
    """Let PostgreSQL's owner of the tables do something."""
    db.session.remove()
    if database.kind == "postgresql":
        with psycopg.connect(database.admin_url.replace("+psycopg", "")) as connection:
            connection.execute(statement)


def test_lists_are_read_from_the_index_of_their_slot(
    app_id: str, admin: Actor, save: Save, database: Database, plans: list[str]
) -> None:
    tell(database, "TRUNCATE record CASCADE")  # what earlier tests left in the indexes would weigh in the plans
    for amount in range(30):
        save("visit", subject=f"v{amount}", amount=amount, day="2026-01-01")
    tell(database, "ANALYZE record")
    for query, indexes in ASKED:
        plans.clear()
        service.page(app_id, "visit", query, admin)
        assert any(index in plans[0] for index in indexes), (query, plans[0])


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that SQLAlchemy sends."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_plain_submit_asks_for_the_release_and_then_writes_once(
    app_id: str, admin: Actor, save: Save, statements: list[str]
) -> None:
    save("visit", subject="warm")
    db.session.rollback()
    statements.clear()
    service.change(Change(app_id, "visit", "create", {"subject": "a", "topics": ["price"]}), admin)
    if db.engine.dialect.name == "postgresql":
        assert not statements  # all went past the session: one round trip for the release, one to write
        return
    reads = [one for one in statements if one.startswith("SELECT")]
    assert len(reads) == 1
    assert "app.release" in reads[0]
