"""Many new records written at once: the rows of each table go to the database together, as it takes them in fastest.

SQLAlchemy binds each value of each row by itself, and psycopg sends each row as a message of its own, which was a third
of an import. PostgreSQL gets all rows of a table as one JSON text, in which answers stand as they are, SQLite rows
for one prepared statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import simplejson
from sqlalchemy import Connection, Table

from runtime.db import db
from runtime.records.changes import Beside, Write
from runtime.records.sql_rows import BESIDE, TABLES, beside_row, pairs_of, type_of

AT_ONCE = 200
"""Rows of one statement: PostgreSQL takes no text of more than 1 GB, and a record may hold 1 MB."""

Columns = tuple[str, ...]
Row = Mapping[str, Any]


def write_new(changes: Iterable[Write]) -> None:
    """Write new records with all beside them by one statement a table, or none; raises IntegrityError and DataError."""
    tables: dict[tuple[str, Columns], list[Row]] = {}
    for change in changes:
        for name, row in _rows(change):
            tables.setdefault((name, tuple(row)), []).append(row)
    insert = _insert_as_json if db.engine.dialect.name == "postgresql" else _insert_plainly
    with db.session.begin_nested():
        connection = db.session.connection()
        for (name, columns), rows in tables.items():
            for start in range(0, len(rows), AT_ONCE):
                insert(connection, name, columns, rows[start : start + AT_ONCE])


def _rows(change: Write) -> Iterable[tuple[str, Row]]:
    """The rows of a new record with the names of their tables."""
    yield "record", change.record
    yield from change.rows.items()
    for _, kind, pairs in pairs_of(change.added, Beside()):
        yield from ((BESIDE[kind][0].name, beside_row(kind, pair, change.record)) for pair in pairs)


# --- PostgreSQL: all rows in one JSON text -----------------------------------------------------------


def _insert_as_json(connection: Connection, name: str, columns: Columns, rows: Sequence[Row]) -> None:
    connection.exec_driver_sql(_from_json(name, columns), (_ENCODER.encode(rows),))


def _written(moment: datetime) -> str:
    return moment.isoformat()


_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, separators=(",", ":"), default=_written)


@lru_cache(maxsize=1024)
def _from_json(name: str, columns: Columns) -> str:
    names = _quoted(columns)
    typed = ", ".join(f'"{column}" {type_of(name, column)}' for column in columns)
    return f'INSERT INTO "{name}" ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS row ({typed})'


# --- SQLite: plain rows ------------------------------------------------------------------------------


def _insert_plainly(connection: Connection, name: str, columns: Columns, rows: Sequence[Row]) -> None:
    text, binding = _plain(name, columns)
    connection.exec_driver_sql(text, [_bound(row, binding) for row in rows])


def _bound(row: Row, binding: Sequence[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row.values())
    for place, bind in binding:
        values[place] = bind(values[place])
    return tuple(values)


@lru_cache(maxsize=1024)
def _plain(name: str, columns: Columns) -> tuple[str, list[tuple[int, Any]]]:
    """The statement, and what writes the values in those places that do not go to the database as they are."""
    marks = ", ".join("?" * len(columns))
    writers = [(place, _writer(TABLES[name], column)) for place, column in enumerate(columns)]
    return f'INSERT INTO "{name}" ({_quoted(columns)}) VALUES ({marks})', [one for one in writers if one[1]]


def _writer(table: Table, column: str) -> Any:
    return table.c[column].type.dialect_impl(db.engine.dialect).bind_processor(db.engine.dialect)


def _quoted(columns: Columns) -> str:
    return ", ".join(f'"{column}"' for column in columns)
