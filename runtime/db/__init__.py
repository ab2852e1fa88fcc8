"""The database: column types, the tenant of a session and its guard, transactions.

SQLite (WAL) is embedded; PostgreSQL comes by setting, where row-level security stands behind the guard.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import simplejson
from flask_sqlalchemy import SQLAlchemy
from psycopg.types.string import TextLoader
from sqlalchemy import JSON, DateTime, Engine, String, Text, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.util import find_tables
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """Every table."""


class Id(TypeDecorator[str]):
    """A UUID as text with dashes, whichever the database: native on PostgreSQL, 36 characters on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.UUID(as_uuid=False) if native else String(36))


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, on either database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""Plain JSON; numbers come back as int or Decimal, never float."""

Written = JSON(none_as_null=True)
"""A JSON document as somebody wrote it: the order of its names is kept, which JSONB would lose."""

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared bytewise."""


_DECODER = simplejson.JSONDecoder(parse_float=Decimal)
_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> str:
    """JSON text of plain values; a Decimal is written as the number it is."""
    return _ENCODER.encode(value)  # type: ignore[no-any-return]


def loads(value: str | bytes) -> Any:
    """Plain values from JSON text; fractions come as Decimal."""
    return _DECODER.decode(value)


db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False, "autoflush": True},
    engine_options={
        "json_serializer": dumps,
        "json_deserializer": loads,
        "pool_size": 12,  # a connection for each thread of the web; they are opened as they are needed
        "hide_parameters": True,  # else what people typed stands in the log of every database error
    },
)


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562 §5.7): sorts by time of making, to a quarter of a microsecond (§6.2, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    value = (milliseconds << 80) | (0x7 << 76) | ((rest << 12) // 1_000_000 << 64) | (0b10 << 62) | random
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class TenantRow:
    """Mixin of every table that belongs to a tenant; `tenant_id` leads its primary key."""

    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)


# --- the tenant of the session -----------------------------------------------------------------

_tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


class NoTenant(RuntimeError):
    """A statement on a tenant's table was about to run without a tenant."""


def current_tenant() -> str:
    """The id of the tenant this context works for; raises NoTenant."""
    tenant_id = _tenant.get()
    if tenant_id is None:
        raise NoTenant("no tenant is set")
    return tenant_id


@contextmanager
def tenant(tenant_id: str) -> Iterator[None]:
    """Work for one tenant; nothing of an earlier one can be open while inside, nothing stays open after."""
    if _tenant.get() == tenant_id:
        yield
        return
    db.session.remove()
    token = _tenant.set(tenant_id)
    try:
        yield
    finally:
        db.session.remove()
        _tenant.reset(token)


def is_of_tenants(table: Any) -> bool:
    """Whether a table's rows belong to tenants, each to one."""
    return "tenant_id" in getattr(table, "c", ()) and not table.info.get("outside_rls")


def tables_of(statement: Any) -> list[Any]:
    """Every table a statement touches, in joins, subqueries and writes too."""
    return find_tables(statement, include_joins=True, include_selects=True, include_crud=True)


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    """Refuse a statement on a tenant's table without a tenant; ORM selects see only the tenant's rows."""
    statement = state.statement
    wanted = _tenant.get()
    if wanted is None and any(is_of_tenants(table) for table in tables_of(statement)):
        raise NoTenant("no tenant is set")
    if wanted and state.is_select and not state.is_column_load and not state.is_relationship_load:
        rows_of_tenant = with_loader_criteria(TenantRow, lambda row: row.tenant_id == wanted, include_aliases=True)
        state.statement = statement.options(rows_of_tenant)


@event.listens_for(Session, "after_begin")
def _tell_postgres(session: Session, transaction: Any, connection: Connection) -> None:
    tenant_id = _tenant.get()
    if tenant_id and not transaction.nested and connection.dialect.name == "postgresql":
        with driven(connection.connection) as raw, raw.pipeline():
            tell(raw, tenant_id)  # psycopg's BEGIN goes with it: one round trip for all
            if limit := _limit.get():
                limit_statements(raw, limit)


def tell(raw: Any, tenant_id: str) -> None:
    """Let row-level security know for whom the transaction of a psycopg connection works."""
    raw.execute("SELECT set_config('app.tenant', %s, true)", (tenant_id,))


_limit: ContextVar[int] = ContextVar("limit", default=0)


@contextmanager
def limited(milliseconds: int) -> Iterator[None]:
    """Let each statement take so long at most, in transactions of PostgreSQL that begin in here."""
    token = _limit.set(milliseconds)
    try:
        yield
    finally:
        _limit.reset(token)


def limit_statements(raw: Any, milliseconds: int) -> None:
    """Let each statement of this transaction of a psycopg connection take so long at most; 0 lifts the limit."""
    raw.execute("SELECT set_config('statement_timeout', %s, true)", (str(milliseconds),))


@contextmanager
def driven(connection: PoolProxiedConnection) -> Iterator[Any]:
    """psycopg's own connection, to be spoken to itself; its errors are told as SQLAlchemy tells them."""
    raw: Any = connection.driver_connection
    try:
        yield raw
    except psycopg.Error as error:
        if raw.closed:
            connection.invalidate(error)
            db.engine.dispose()  # the others of the pool are lost too
        said = DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True)
        raise said from error


# --- transactions ------------------------------------------------------------------------------

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def in_transaction() -> bool:
    """Whether a transaction of ours is open in this context."""
    return _writing.get()


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: the outermost block commits or rolls back, inner blocks take part.

    What was given to `after_commit` runs after the outermost commit.
    """
    session = db.session()
    if _writing.get():
        yield session
        return
    session.commit()  # ends an idle read: on SQLite a read cannot be turned into a write safely
    waiting: list[Callable[[], None]] = session.info.setdefault("after_commit", [])
    token = _writing.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        waiting.clear()
        session.rollback()
        raise
    finally:
        _writing.reset(token)
    hooks, waiting[:] = list(waiting), []
    for hook in hooks:
        hook()


def after_commit(hook: Callable[[], None]) -> None:
    """Run `hook` once the outermost transaction has committed; outside one, at once."""
    if _writing.get():
        db.session().info.setdefault("after_commit", []).append(hook)
    else:
        hook()


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, record: Any) -> None:
    if "psycopg" in type(connection).__module__:
        connection.adapters.register_loader("uuid", TextLoader)  # ids are text with dashes: no object for each


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None  # transactions are begun below, by us
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
