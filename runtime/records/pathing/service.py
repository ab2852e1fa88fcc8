"""The path of a record's department is derived: when the department moves, the paths of its records follow."""

from collections.abc import Iterable

from sqlalchemy import func, update

from runtime.db import current_tenant, db, transaction
from runtime.records.models import record


def follow(changed: Iterable[tuple[str, str]]) -> int:
    """Bring the paths of records up to date, given as (before, after) of departments; says how many records moved.

    All in the caller's transaction: who may see a record and where its department stands never differ.
    """
    with transaction():
        return sum(_follow(before, after) for before, after in changed if before != after)


def _follow(before: str, after: str) -> int:
    path = record.c.dept_path
    below = path >= before, path < before[:-1] + "0"  # "0" comes right after "/"
    rest = func.substr(path, len(before) + 1)
    moved = update(record).where(record.c.tenant_id == current_tenant(), *below).values(dept_path=after + rest)
    return int(db.session.execute(moved).rowcount)  # type: ignore[attr-defined]
