"""Everything backed up as it was at one moment, while people work, and restored into an empty installation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Float, Table, func, insert, inspect, select, text

from runtime.backups.archive import Part, Reader, Row, Writer, reading, writing
from runtime.contracts import BadRequest, Conflict
from runtime.db import Base, Moment, db, dumps, loads, utc_now
from runtime.i18n import message

BATCH = 500
DOOR = "door"
"""The table that names every tenant; it is read first and tells whether a database is empty."""


def backup(path: Path, home: Path) -> dict[str, int]:
    """Write everything to `path`; gives how many tenants, rows and files. The secret key is not in it."""
    counts = {"tenants": 0, "rows": 0, "files": 0}
    with writing(path, dumps) as archive:
        with _one_moment() as connection:
            for table in _shared():
                counts["rows"] += archive.rows(Part("", table.name), _rows(connection, table, None))
            for tenant_id in connection.scalars(select(_table(DOOR).c.tenant_id).distinct()).all():
                counts["tenants"] += 1
                counts["rows"] += _tenant(connection, archive, tenant_id)
            archive_facts = {"revision": _revision(connection), "at": utc_now().isoformat()}
        counts["files"] = _files(archive, home / "files")
        archive.manifest(archive_facts | counts)
    return counts


def restore(path: Path, home: Path) -> dict[str, int]:
    """Fill an empty, migrated database and the files from a backup, all rows or none.

    Raises Conflict when there is a tenant already or the tables are of another version, BadRequest for another file.
    """
    with reading(path, loads) as archive:
        facts = archive.facts
        with db.engine.begin() as connection:
            if connection.scalar(select(func.count()).select_from(_table(DOOR))):
                raise Conflict(message("This installation is not empty. Restore into a new one."))
            if facts.get("revision") != _revision(connection):
                raise Conflict(message("The backup was made by another version of Trellis."))
            rows = sum(_fill(connection, archive, part) for part in archive.parts())
        files = archive.unpack_files(home / "files")
    return {"tenants": int(facts["tenants"]), "rows": rows, "files": files}


# --- out -------------------------------------------------------------------------------------------


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    level = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def _tenant(connection: Connection, archive: Writer, tenant_id: str) -> int:
    _become(connection, tenant_id)
    return sum(archive.rows(Part(tenant_id, table.name), _rows(connection, table, tenant_id)) for table in _walled())


def _rows(connection: Connection, table: Table, tenant_id: str | None) -> Iterator[Row]:
    query = select(table).order_by(*table.primary_key.columns)
    if tenant_id is not None:
        query = query.where(table.c.tenant_id == tenant_id)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        for row in result.mappings():
            yield {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _files(archive: Writer, folder: Path) -> int:
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in found:
        archive.file(path, path.relative_to(folder).as_posix())
    return len(found)


# --- in --------------------------------------------------------------------------------------------


def _fill(connection: Connection, archive: Reader, part: Part) -> int:
    table = Base.metadata.tables.get(part.table)
    if table is None or _is_walled(table) != bool(part.tenant_id):
        raise BadRequest(message("This file is no Trellis backup."))
    if part.tenant_id:
        _become(connection, part.tenant_id)
    count, rows = 0, (_typed(row, table) for row in archive.rows(part))
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(table), batch)
        count += len(batch)
    return count


def _typed(row: Row, table: Table) -> dict[str, Any]:
    """A row with moments and floats as their columns want them."""
    return {name: _value(value, table.c[name].type) for name, value in row.items()}


def _value(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return float(value) if isinstance(kind, Float) else value


# --- tables ------------------------------------------------------------------------------------------


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _is_walled(table: Table) -> bool:
    return "tenant_id" in table.c and not table.info.get("outside_rls")


def _walled() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if _is_walled(table)]


def _shared() -> Iterable[Table]:
    return [table for table in Base.metadata.sorted_tables if not _is_walled(table)]


def _become(connection: Connection, tenant_id: str) -> None:
    """Let row-level security show this tenant's rows for the rest of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": tenant_id})


def _revision(connection: Connection) -> str:
    """Which version of the tables this database has; "" where they were not made by migrations."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
