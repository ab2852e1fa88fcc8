"""Requests that come twice: the key a program gave with one, and what was answered to it then."""

import hashlib
from typing import Any

from sqlalchemy import select

from runtime.contracts import Actor, Change, Conflict, NotFound, Saved
from runtime.db import current_tenant, db, dumps
from runtime.i18n import message
from runtime.records.access import facts_of, rights_of
from runtime.records.models import idempotency, record
from runtime.records.slots import as_id
from runtime.records.sql import of_form
from runtime.releases import service as releases


def find_row(app_id: str, form: str, id: str | None) -> Any:
    """The row of a living record, or None."""
    if as_id(id) is None:
        return None
    return db.session.execute(select(record).where(of_form(app_id, form), record.c.id == id)).one_or_none()


def not_found() -> NotFound:
    """The one answer for a record that is missing, hidden, or another tenant's."""
    return NotFound(message("There is no such record."))


def request_of(change: Change, actor: Actor) -> dict[str, Any]:
    """By what a request is known again: its holder and key, and a digest of all it asked for."""
    said = dumps([change.app_id, change.form, change.act, change.record_id, change.rev, dict(change.answers)])
    return {
        "tenant_id": current_tenant(),
        "holder": actor.member_id or f"app:{actor.app_id}",
        "key": change.idempotency_key,
        "digest": hashlib.sha256(said.encode(errors="replace")).hexdigest(),
    }


def answered(change: Change, actor: Actor) -> Saved | None:
    """What was saved when this very request was carried out before; Conflict when its key served another one."""
    if not change.idempotency_key:
        return None
    asked = request_of(change, actor)
    mine = (idempotency.c[name] == asked[name] for name in ("tenant_id", "holder", "key"))
    found = db.session.execute(select(idempotency).where(*mine)).one_or_none()
    if found is None:
        return None
    if found.digest != asked["digest"]:
        raise Conflict(message("This idempotency key was used for another request."))
    row = find_row(change.app_id, change.form, found.record_id)
    return Saved(found.record_id, found.rev, _shown(row, actor, change) if row is not None else {})


def _shown(row: Any, actor: Actor, change: Change) -> dict[str, Any]:
    """The part of a record's answers that the actor may read."""
    readable = rights_of(releases.current(change.app_id), actor, change.form).readable(facts_of(row))
    return {name: value for name, value in row.data.items() if name in readable}
