"""What every request asks first, in one round trip: who comes, and where to.

A session would need four for the same: BEGIN, the tenant, the question, and COMMIT before something is written alone.
Here PostgreSQL is told the tenant in the same psycopg pipeline as the questions, which is one transaction, on a
connection of SQLAlchemy's own pool; rows come as the driver gives them, without an object for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.engine import Dialect

from runtime.db import NoTenant, current_tenant, db, driven, in_transaction, is_of_tenants, tables_of, tell

Rows = Sequence[Sequence[Any]]


class Question(NamedTuple):
    """A query that is built once, and the values it is asked with.

    On tenants' tables it compares `tenant_id` itself, with a parameter of that name, which is filled in here.
    """

    query: Select[Any]
    values: Mapping[str, Any]


def ask(*questions: Question) -> list[Rows]:
    """The rows of each question; outside a transaction of ours all at one moment. Raises NoTenant."""
    tenant_id = current_tenant() if any(_is_for_tenants(query) for query, _ in questions) else None
    if db.engine.dialect.name == "postgresql" and not in_transaction():
        return _ask_alone(questions, tenant_id)
    connection = db.session.connection()
    return [connection.execute(query, {**values, "tenant_id": tenant_id}).all() for query, values in questions]


def _ask_alone(questions: Sequence[Question], tenant_id: str | None) -> list[Rows]:
    dialect = db.engine.dialect
    with alone() as raw:
        with raw.pipeline():
            if tenant_id is not None:
                tell(raw, tenant_id)
            cursors = [
                raw.execute(_text(query, dialect), {**values, "tenant_id": tenant_id}) for query, values in questions
            ]
        return [cursor.fetchall() for cursor in cursors]


@contextmanager
def alone() -> Iterator[Any]:
    """A psycopg connection of the pool, in autocommit: what is sent in one pipeline is one transaction."""
    connection = db.engine.raw_connection()
    try:
        with driven(connection) as raw:
            raw.autocommit = True
            yield raw
    finally:
        if raw.closed:
            connection.invalidate()
        else:
            raw.autocommit = False
        connection.close()


@lru_cache(maxsize=64)
def _is_for_tenants(query: Select[Any]) -> bool:
    of_tenants = any(is_of_tenants(table) for table in tables_of(query))
    if of_tenants and "tenant_id" not in query.compile().params:
        raise NoTenant("the query does not say for which tenant")
    return of_tenants


@lru_cache(maxsize=64)
def _text(query: Select[Any], dialect: Dialect) -> str:
    return str(query.compile(dialect=dialect))
