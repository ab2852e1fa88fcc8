"""The backup file: a zip of JSON lines, one entry for each table of each tenant, and the uploaded files."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.contracts import BadRequest
from runtime.documents.reading import parse
from runtime.i18n import message

FORMAT = "trellis-backup/1"
MANIFEST = "manifest.json"
FILES = "files/"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """The rows of one table, of one tenant or ("") of none."""

    tenant_id: str
    table: str

    @property
    def entry(self) -> str:
        """Its name in the zip."""
        return f"tenants/{self.tenant_id}/{self.table}.jsonl" if self.tenant_id else f"shared/{self.table}.jsonl"

    @classmethod
    def of_entry(cls, name: str) -> "Part | None":
        """The part an entry holds, or None for another kind of entry."""
        parts = name.removesuffix(".jsonl").split("/")
        if not name.endswith(".jsonl"):
            return None
        if len(parts) == 3 and parts[0] == "tenants":
            return cls(parts[1], parts[2])
        return cls("", parts[1]) if len(parts) == 2 and parts[0] == "shared" else None


class Writer:
    """Writes a backup; it stands under its name only when it is whole."""

    def __init__(self, archive: zipfile.ZipFile, dumps: Callable[[Any], str]) -> None:
        self._archive = archive
        self._dumps = dumps

    def rows(self, part: Part, rows: Iterable[Row]) -> int:
        """Write a part; gives how many rows there were. A part without rows leaves no entry."""
        entry, count = None, 0
        for row in rows:
            if entry is None:
                entry = self._archive.open(part.entry, "w", force_zip64=True)
            entry.write(self._dumps(dict(row)).encode() + b"\n")
            count += 1
        if entry is not None:
            entry.close()
        return count

    def file(self, path: Path, name: str) -> None:
        """Add an uploaded file."""
        self._archive.write(path, FILES + name, compress_type=zipfile.ZIP_STORED)

    def manifest(self, facts: Mapping[str, Any]) -> None:
        """Say what this backup is; written last."""
        self._archive.writestr(MANIFEST, self._dumps({"format": FORMAT, **facts}))


@contextmanager
def writing(path: Path, dumps: Callable[[Any], str]) -> Iterator[Writer]:
    """A writer whose file appears at `path` at the end, or not at all."""
    draft = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            yield Writer(archive, dumps)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class Reader:
    """Reads a backup."""

    def __init__(self, archive: zipfile.ZipFile, loads: Callable[[bytes], Any]) -> None:
        self._archive = archive
        self._loads = loads

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the backup says of itself; raises BadRequest when it is none of ours."""
        try:
            facts = parse(self._archive.read(MANIFEST).decode())
        except (KeyError, UnicodeDecodeError):
            facts = None
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            raise BadRequest(message("This file is no Trellis backup."))
        return facts

    def parts(self) -> list[Part]:
        """All parts, the shared ones first."""
        found = [part for name in self._archive.namelist() if (part := Part.of_entry(name))]
        return sorted(found, key=lambda part: (part.tenant_id, part.table))

    def rows(self, part: Part) -> Iterator[Row]:
        """The rows of a part, one by one."""
        with self._archive.open(part.entry) as lines:
            for line in lines:
                yield self._loads(line)

    def unpack_files(self, folder: Path) -> int:
        """Put the uploaded files back below `folder`; gives how many. Names that lead elsewhere are refused."""
        count = 0
        for info in self._archive.infolist():
            if not info.filename.startswith(FILES) or info.is_dir():
                continue
            target = (folder / info.filename.removeprefix(FILES)).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise BadRequest(message("This file is no Trellis backup."))
            target.parent.mkdir(parents=True, exist_ok=True)
            with self._archive.open(info) as source, target.open("wb") as copy:
                while chunk := source.read(2**20):
                    copy.write(chunk)
            count += 1
        return count


@contextmanager
def reading(path: Path, loads: Callable[[bytes], Any]) -> Iterator[Reader]:
    """A reader of a backup file; raises BadRequest when it is no zip."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise BadRequest(message("This file is no Trellis backup.")) from None
    with archive:
        yield Reader(archive, loads)
