"""Keeping files and handing them to those who may read what they are attached to."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import delete, select

from runtime.contracts import Actor, NotFound, TooMuch
from runtime.db import current_tenant, db, new_id, transaction
from runtime.files.models import File
from runtime.files.naming import cleaned, media_type
from runtime.i18n import message

MAX_BYTES = 50 * 1024 * 1024
_CHUNK = 1 << 20

readers: list[Callable[[str, Actor], bool]] = []
"""Who is asked whether an actor may read a file, beside the one who sent it; any yes counts."""


def keep(stream: BinaryIO, name: str, actor: Actor, home: Path, most: int = MAX_BYTES) -> File:
    """Store what the stream gives under a random id; TooMuch when it is longer than `most` bytes."""
    id = new_id()
    path = path_of(home, id)
    path.parent.mkdir(parents=True, exist_ok=True)
    head, digest, size = _copy(stream, path, most)
    shown = cleaned(name)
    try:
        with transaction() as session:
            file = File(
                tenant_id=current_tenant(), id=id, name=shown, size=size, type=media_type(shown, head),
                sha256=digest, uploaded_by=actor.member_id,
            )  # fmt: skip
            session.add(file)
            session.flush()
    except BaseException:
        path.unlink()
        raise
    return file


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
