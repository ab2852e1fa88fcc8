"""Which rows a change writes: the tables that take them, and what stands in them beside the record."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from runtime.events import Dispatch, EventRow
from runtime.records.changes import Beside, Pair
from runtime.records.models import idempotency, record, record_link, record_rev, record_unique, record_value

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *(record, record_rev, record_link, record_unique, record_value, idempotency),
        *(EventRow.__table__, Dispatch.__table__),
    )
    if isinstance(table, Table)
}
BESIDE = {"links": (record_link, "target_id"), "values": (record_value, "value"), "uniques": (record_unique, "key")}
"""The table of each kind of rows beside a record, and which of its columns holds the value."""

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def type_of(table: str, column: str) -> str:
    """What PostgreSQL calls the type of a column."""
    return str(TABLES[table].c[column].type.compile(dialect=_POSTGRESQL))


def pairs_of(added: Beside, removed: Beside) -> Iterator[tuple[str, str, list[Pair]]]:
    """The pairs that come and go: "added" or "removed", of which kind, in one order for all who lock them."""
    for sign, rows in (("added", added), ("removed", removed)):
        for kind in BESIDE:
            if pairs := getattr(rows, kind):
                yield sign, kind, sorted(pairs)


def beside_row(kind: str, pair: Pair, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one pair beside a record's row."""
    table, value = BESIDE[kind]
    mine = {name: row[name] for name in shared(table, value)}
    return mine | {"record_id": row["id"], "field": pair[0], value: pair[1]}


def shared(table: Table, value: str) -> list[str]:
    """The columns that a row beside has in common with its record."""
    return [column.name for column in table.c if column.name not in ("field", "record_id", value)]
