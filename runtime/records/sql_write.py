"""A change written to the database: on PostgreSQL in one statement and, where it stands alone, one round trip.

Six round trips of ORM statements were 0.40 of a bare insert's rate; one multi-CTE statement with `set_config` before it
in the same psycopg pipeline is one implicit transaction and reaches 0.77 to 0.90.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from psycopg import Error, RawCursor
from sqlalchemy import Table, and_, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from runtime.contracts import LostRace
from runtime.db import current_tenant, db, driven, dumps, in_transaction, tell, transaction
from runtime.db.asking import alone
from runtime.i18n import message
from runtime.records.changes import Pair, Write
from runtime.records.models import record, record_unique
from runtime.records.sql_rows import BESIDE, TABLES, beside_row, pairs_of, shared, type_of

_WHICH = ("tenant_id", "id", "app_id", "form")
_BORN = ("created_at", "created_by")
_KEPT = _WHICH + _BORN
"""Columns that an update leaves alone: those that say which record it is, and those of its making."""

_SHARED = ("tenant_id", "app_id", "form", "release", "rev")
"""Columns in which all rows of a change are alike: they are sent once."""

Marked = Mapping[str, str]
"""Parameters by column, as they stand in the statement."""


class Taken(Exception):
    """A unique key is held by another record: which fields, by name."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        super().__init__(", ".join(fields))


class Repeated(Exception):
    """The request was carried out already, under this idempotency key."""


def write(change: Write) -> None:
    """Write record, revision, event and all beside them, together or not at all.

    Raises LostRace when the record is no longer at the expected rev, Taken, Repeated.
    """
    try:
        if db.engine.dialect.name != "postgresql":
            _write_by_core(change)
        elif in_transaction():
            _write_in_session(change)
        else:
            _write_alone(change)
    except IntegrityError as error:
        raise _meaning(error, change) from error


def _meaning(error: Exception, change: Write) -> Exception:
    text = str(error)
    if "record_unique" in text:
        return Taken(_taken(change))
    if "idempotency" in text:
        return Repeated()
    return _lost() if "record_rev" in text else error


def _lost() -> LostRace:
    return LostRace(message("Somebody else changed this record in the meantime."))


def _taken(change: Write) -> tuple[str, ...]:
    mine = change.record
    table = record_unique.c
    held = db.session.execute(
        select(table.field, table.key).where(
            table.tenant_id == current_tenant(),
            table.app_id == mine["app_id"],
            table.form == mine["form"],
            table.key.in_([key for _, key in change.added.uniques]),
        )
    )
    return tuple(sorted({field for field, key in held if (field, key) in change.added.uniques}))


# --- PostgreSQL: one statement -------------------------------------------------------------------


def _write_alone(change: Write) -> None:
    if db.session().in_transaction():
        db.session.commit()  # gives the reading connection back before another is asked for
    text, values = compiled(change)
    with alone() as raw:
        if change.expected is None:
            RawCursor(raw).execute(text, values)
            return
        with raw.pipeline():
            tell(raw, current_tenant())
            cursor = RawCursor(raw).execute(text, values)
        if cursor.fetchone()[0] == 0:
            raise _lost()


def _write_in_session(change: Write) -> None:
    """The same inside a transaction, undone by itself when it fails: the savepoint costs no round trip of its own."""
    text, values = compiled(change)
    db.session.flush()
    with driven(db.session.connection().connection) as raw:
        try:
            with raw.pipeline():
                raw.execute("SAVEPOINT change")
                cursor = RawCursor(raw).execute(text, values)
                raw.execute("RELEASE SAVEPOINT change")
        except Error:
            if not raw.closed:
                raw.execute("ROLLBACK TO SAVEPOINT change")
            raise
        if cursor.fetchone()[0] == 0:
            raise _lost()


def compiled(change: Write) -> tuple[str, list[Any]]:
    """The statement and its values; the text depends on the form's columns only, so that it is prepared once."""
    shape = tuple((name, tuple(row)) for name, row in change.rows.items())
    lists = {f"{sign}_{kind}": pairs for sign, kind, pairs in pairs_of(change.added, change.removed)}
    mine = {name: value for name, value in change.record.items() if change.expected is None or name not in _BORN}
    text = statement(change.expected is None, tuple(mine), shape, tuple(lists))
    values = [_sent(value) for value in mine.values()]
    for row in change.rows.values():
        values += [_sent(value) for column, value in row.items() if column not in _SHARED]
    values += [[pair[place] for pair in pairs] for pairs in lists.values() for place in (0, 1)]
    return text, values if change.expected is None else [*values, str(change.expected)]


def _sent(value: Any) -> str | None:
    """A value as text: were types guessed from values, no two changes would share a prepared statement."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, dict | list | tuple | Mapping):
        return dumps(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


@lru_cache(maxsize=1024)
def statement(
    new: bool, columns: tuple[str, ...], shape: tuple[tuple[str, tuple[str, ...]], ...], lists: tuple[str, ...]
) -> str:
    """The multi-CTE statement for one shape of change; its one number is how many records were written.

    Its parameters are the record's columns, those of the rows beside that are not the record's too, for each list
    the fields and the values, and the expected rev.
    """
    marks = _Marks()
    mine = {column: marks.next("record", column) for column in columns}
    beside = [
        (name, {each: mine[each] if each in _SHARED else marks.next(name, each) for each in row}) for name, row in shape
    ]
    pairs = {name: (f"${marks.count()}::text[]", f"${marks.count()}::{_kind(name)}[]") for name in lists}
    done = _insert_record(mine) if new else _update_record(mine, f"${marks.count()}::int")
    parts = [f"done AS ({done} RETURNING id)"]
    parts += [f"{name}_in AS ({_insert_beside(name, row)})" for name, row in beside]
    parts += [
        f"{name} AS ({_add(name, mine, pairs[name]) if name.startswith('added') else _remove(name, mine, pairs[name])})"
        for name in lists
    ]
    return f"WITH {', '.join(parts)} SELECT count(*) FROM done"


class _Marks:
    """Numbers the parameters in the order in which they are sent."""

    def __init__(self) -> None:
        self._count = 0

    def count(self) -> int:
        self._count += 1
        return self._count

    def next(self, table: str, column: str) -> str:
        return f"${self.count()}::{type_of(table, column)}"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _insert_record(mine: Marked) -> str:
    """Row-level security is asked about a row once it is there, so that the tenant can be told by the row's source."""
    told = f"SELECT set_config('app.tenant', ({mine['tenant_id']})::text, true)"
    return f"INSERT INTO record ({_names(mine)}) SELECT {', '.join(mine.values())} FROM ({told} OFFSET 0) AS told"


def _update_record(mine: Marked, expected: str) -> str:
    values = ", ".join(f'"{name}" = {mark}' for name, mark in mine.items() if name not in _KEPT)
    which = " AND ".join(f"{name} = {mine[name]}" for name in _WHICH)
    return f"UPDATE record SET {values} WHERE {which} AND rev = {expected} AND deleted_at IS NULL"


def _insert_beside(table: str, row: Marked) -> str:
    return f'INSERT INTO "{table}" ({_names(row)}) SELECT {", ".join(row.values())} FROM done'


def _kind(name: str) -> str:
    return "uuid" if _of_list(name)[1] == "target_id" else "text"


def _of_list(name: str) -> tuple[Table, str]:
    return BESIDE[name.partition("_")[2]]


def _unnested(pairs: tuple[str, str]) -> str:
    return f"unnest({pairs[0]}, {pairs[1]}) AS pair (field, value)"


def _add(name: str, mine: Marked, pairs: tuple[str, str]) -> str:
    table, value = _of_list(name)
    more = shared(table, value)
    values = ", ".join(mine[column] for column in more)
    columns = _names([*more, "record_id", "field", value])
    return (
        f"INSERT INTO {table.name} ({columns})"
        f" SELECT {values}, done.id, pair.field, pair.value FROM done, {_unnested(pairs)}"
    )


def _remove(name: str, mine: Marked, pairs: tuple[str, str]) -> str:
    table, value = _of_list(name)
    which = " AND ".join(f"old.{column} = {mine[column]}" for column in shared(table, value))
    return (
        f"DELETE FROM {table.name} AS old USING done, {_unnested(pairs)} WHERE {which}"
        f" AND old.record_id = done.id AND old.field = pair.field AND old.{value} = pair.value"
    )


# --- SQLite: cached Core statements in one BEGIN IMMEDIATE -------------------------------------------


def _write_by_core(change: Write) -> None:
    with transaction() as session, session.begin_nested():
        connection = session.connection()
        if change.expected is None:
            connection.execute(insert(record), dict(change.record))
        elif not connection.execute(_update(change.record, change.expected)).rowcount:
            raise _lost()
        for table, row in change.rows.items():
            connection.execute(insert(TABLES[table]), dict(row))
        for sign, kind, pairs in pairs_of(change.added, change.removed):
            if sign == "removed":
                connection.execute(_delete(kind, pairs, change.record))
        for sign, kind, pairs in pairs_of(change.added, change.removed):
            if sign == "added":
                connection.execute(insert(BESIDE[kind][0]), [beside_row(kind, pair, change.record) for pair in pairs])


def _delete(kind: str, pairs: list[Pair], row: Mapping[str, Any]) -> Any:
    table, value = BESIDE[kind]
    mine = [table.c[name] == row[name] for name in shared(table, value)]
    return delete(table).where(*mine, table.c.record_id == row["id"], tuple_(table.c.field, table.c[value]).in_(pairs))


def _update(row: Mapping[str, Any], expected: int) -> Any:
    living = and_(
        record.c.tenant_id == row["tenant_id"],
        record.c.id == row["id"],
        record.c.rev == expected,
        record.c.deleted_at.is_(None),
    )
    return update(record).where(living).values({name: value for name, value in row.items() if name not in _KEPT})
