"""What every request asks first, in one round trip: who comes, and where to.

A session would need four for the same: BEGIN, the tenant, the question, and COMMIT before something is written alone.
Here PostgreSQL is told the tenant in the same psycopg pipeline as the questions, which is one transaction, on a
connection of SQLAlchemy's own pool; rows come as the driver gives them, without an object for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, UpdateBase
from sqlalchemy.engine import Dialect

from runtime.db import NoTenant, current_tenant, db, driven, in_transaction, is_of_tenants, tables_of, tell

Rows = Sequence[Sequence[Any]]
Asked = Select[Any] | UpdateBase


class Question(NamedTuple):
    """A query that is built once, or a write that gives rows, and the values it is asked with.

    On tenants' tables it compares `tenant_id` itself, with a parameter of that name, which is filled in here.
    """

    query: Asked
    values: Mapping[str, Any]


def ask(*questions: Question) -> list[Rows]:
    """The rows of each question; outside a transaction of ours all at one moment. Raises NoTenant."""
    asked = [(query, _values(query, values)) for query, values in questions]
    if db.engine.dialect.name == "postgresql" and not in_transaction():
        return _ask_alone(asked)
    connection = db.session.connection()
    return [connection.execute(query, values).all() for query, values in asked]


def _values(query: Asked, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**values, "tenant_id": current_tenant()} if _is_for_tenants(query) else values


def _ask_alone(asked: Sequence[tuple[Asked, Mapping[str, Any]]]) -> list[Rows]:
    compiled = [(*_compiled(query, db.engine.dialect), values) for query, values in asked]
    sent = [(text, {**fixed, **values}) for text, fixed, values in compiled]
    tenant_id = next((values["tenant_id"] for query, values in asked if _is_for_tenants(query)), None)
    with alone() as raw:
        if tenant_id is None and len(sent) == 1:
            return [raw.execute(*sent[0]).fetchall()]
        with raw.pipeline():
            if tenant_id is not None:
                tell(raw, tenant_id)
            cursors = [raw.execute(*one) for one in sent]
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
        if connection.is_valid:
            raw.autocommit = False
        connection.close()


@lru_cache(maxsize=64)
def _is_for_tenants(query: Asked) -> bool:
    of_tenants = any(is_of_tenants(table) for table in tables_of(query))
    if of_tenants and "tenant_id" not in query.compile().params:
        raise NoTenant("the query does not say for which tenant")
    return of_tenants


@lru_cache(maxsize=64)
def _compiled(query: Asked, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
    """The text of a query, and the values that stand in it."""
    compiled = query.compile(dialect=dialect)
    return str(compiled), compiled.params
