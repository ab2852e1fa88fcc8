"""Keeping files and handing them to those who may read what they are attached to."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from runtime import queue
from runtime.contracts import Actor, NotFound, TooMuch
from runtime.db import current_tenant, db, in_transaction, new_id, transaction, utc_now
from runtime.files.models import File
from runtime.files.naming import cleaned, media_type
from runtime.i18n import message
from runtime.identity.models import Member, Tenant

MAX_BYTES = 50 * 1024 * 1024
MB = 1 << 20
_CHUNK = 1 << 20

FULL = message("This workspace has its %(size)s MB of files. Ask whoever runs Trellis for more room.")
LOOSE = message(
    "You have sent %(size)s MB of files that no record holds yet, which is as much as may wait."
    " Save the records they are for; what no record holds goes after 30 days."
)

readers: list[Callable[[str, Actor], bool]] = []
"""Who is asked whether an actor may read a file, beside the one who sent it; any yes counts."""


def keep(stream: BinaryIO, name: str, actor: Actor, home: Path, most: int = MAX_BYTES) -> File:
    """Store what the stream gives under a random id; nobody needs it until something takes it up.

    Raises TooMuch when it is longer than `most` bytes, or when there would be more of the tenant's, or of the member's
    that nothing holds, than the settings allow.
    """
    _refuse_too_much(actor)
    id = new_id()
    path = path_of(home, id)
    path.parent.mkdir(parents=True, exist_ok=True)
    head, digest, size = _copy(stream, path, most)
    shown = cleaned(name)
    try:
        with transaction() as session:
            file = File(
                tenant_id=current_tenant(), id=id, name=shown, size=size, type=media_type(shown, head),
                sha256=digest, uploaded_by=actor.member_id, unneeded_since=utc_now(),
            )  # fmt: skip
            session.add(file)
            session.flush()
            _refuse_too_much(actor)
    except BaseException:
        path.unlink()
        raise
    return file


def _refuse_too_much(actor: Actor) -> None:
    """In a transaction the tenant or the member is held, so that of many files sent at once each counts the others."""
    of_tenant, of_member = (_most(name) for name in ("TRELLIS_TENANT_FILES", "TRELLIS_LOOSE_FILES"))
    if of_tenant:
        _hold(select(Tenant.id).where(Tenant.id == current_tenant()))
        if _size_of() > of_tenant:
            raise TooMuch(message(FULL.id, size=of_tenant // MB))
    if of_member and actor.member_id is not None:
        _hold(select(Member.id).where(Member.id == actor.member_id))
        if _size_of(File.uploaded_by == actor.member_id, File.unneeded_since.is_not(None)) > of_member:
            raise TooMuch(message(LOOSE.id, size=of_member // MB))


def _most(setting: str) -> int:
    return int(queue.settings()[setting]) * MB


def _hold(row: Select[Any]) -> None:
    if in_transaction():
        db.session.execute(row.with_for_update(key_share=True))


def _size_of(*where: ColumnElement[bool]) -> int:
    return int(db.session.scalar(select(func.sum(File.size)).where(File.tenant_id == current_tenant(), *where)) or 0)


def _copy(stream: BinaryIO, path: Path, most: int) -> tuple[bytes, str, int]:
    head, digest, size = b"", hashlib.sha256(), 0
    try:
        with path.open("xb") as out:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooMuch(message("A file has at most %(size)s MB.", size=most // (1 << 20)))
                head = head or chunk[:64]
                digest.update(chunk)
                out.write(chunk)
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return head, digest.hexdigest(), size


def discard(id: str, home: Path) -> None:
    """Throw away a file that nothing is attached to."""
    with transaction() as session:
        session.execute(delete(File).where(File.tenant_id == current_tenant(), File.id == id))
    path_of(home, id).unlink(missing_ok=True)


def path_of(home: Path, id: str) -> Path:
    """Where a file's bytes lie; tenants share the folders, ids are unique over all of them."""
    return home / "files" / id[-2:] / id


def find(id: str, actor: Actor) -> File:
    """A file the actor may read; NotFound alike for hidden, missing and another tenant's."""
    file = db.session.scalar(select(File).where(File.tenant_id == current_tenant(), File.id == id))
    if file is not None and _may_read(file, actor):
        return file
    raise NotFound(message("There is no such file."))


def take_up(id: str, actor: Actor) -> bool:
    """Whether there is a file that the actor may read, for something that is about to hold it.

    The mark that nobody needs it is taken away by the transaction that attaches it: whoever throws away what is marked
    waits for that, and one who comes too late finds no file.
    """
    try:
        file = find(id, actor)
    except NotFound:
        return False
    mine = File.tenant_id == current_tenant(), File.id == id
    with transaction() as session:
        needed = update(File).where(*mine).values(unneeded_since=None).execution_options(synchronize_session=False)
        found: int = session.execute(needed).rowcount  # type: ignore[attr-defined]
        session.expire(file)
    return found == 1


def _may_read(file: File, actor: Actor) -> bool:
    if actor.member_id is not None and file.uploaded_by == actor.member_id:
        return True
    return any(reader(file.id, actor) for reader in readers)


def described(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those of the ids that are files of the tenant: `{"id", "name", "size", "type"}` and who sent each, by id."""
    wanted = list(ids)
    found = db.session.scalars(select(File).where(File.tenant_id == current_tenant(), File.id.in_(wanted)))
    return {file.id: as_json(file) | {"uploaded_by": file.uploaded_by} for file in found}


def as_json(file: File) -> dict[str, Any]:
    """A file as a record's answer holds it."""
    return {"id": file.id, "name": file.name, "size": file.size, "type": file.type}
