"""Writing the audit trail, reading it, and checking that nobody has changed it since."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from runtime.audit.chain import FIRST, Entry, broken, hash_of
from runtime.audit.models import audit
from runtime.db import current_tenant, db, transaction, utc_now

MOST = 200
_BATCH = 1_000
_TRIES = 20


def note(act: str, about: Mapping[str, Any], actor_id: str | None = None) -> None:
    """Add an act to the tenant's trail, in the transaction it belongs to; `about` must hold no secret."""
    with transaction():
        _take_turn()
        for left in reversed(range(_TRIES)):
            entry = _next(act, about, actor_id)
            try:
                with db.session.begin_nested():
                    db.session.execute(insert(audit), _row(entry))
                return
            except IntegrityError:  # somebody else took this number
                if not left:
                    raise


def _take_turn() -> None:
    """On PostgreSQL one writer at a time adds to a tenant's trail; SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(f"audit {current_tenant()}".encode()).digest()[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _next(act: str, about: Mapping[str, Any], actor_id: str | None) -> Entry:
    tenant_id = current_tenant()
    newest = select(audit.c.number, audit.c.hash).where(audit.c.tenant_id == tenant_id)
    last = db.session.execute(newest.order_by(audit.c.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    entry = Entry(tenant_id, number, utc_now(), actor_id, act, dict(about), previous)
    return replace(entry, hash=hash_of(entry))


def _row(entry: Entry) -> dict[str, Any]:
    return {column.name: getattr(entry, column.name) for column in audit.c}


def entries(before: int | None = None, limit: int = 50) -> Sequence[Entry]:
    """The latest acts of the tenant, the last first; `before` a number."""
    rows = select(audit).where(audit.c.tenant_id == current_tenant()).order_by(audit.c.number.desc())
    if before is not None:
        rows = rows.where(audit.c.number < before)
    return [_entry(row) for row in db.session.execute(rows.limit(min(limit, MOST)))]


def check() -> int | None:
    """The number at which the trail was tampered with; None when all holds. A cut-off end is not seen."""
    return broken(_all())


def _all() -> Iterator[Entry]:
    after = 0
    while True:
        mine = (audit.c.tenant_id == current_tenant(), audit.c.number > after)
        rows = db.session.execute(select(audit).where(*mine).order_by(audit.c.number).limit(_BATCH)).all()
        yield from map(_entry, rows)
        if len(rows) < _BATCH:
            return
        after = rows[-1].number


def _entry(row: Any) -> Entry:
    return Entry(row.tenant_id, row.number, row.at, row.actor_id, row.act, row.about, row.previous, row.hash)
