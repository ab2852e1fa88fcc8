"""Everything kept in the data folder in one archive, taken while it runs, and put back into an empty folder."""

import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

DATABASE = "trellis.db"
APART = ("secret-key", "demo-password")
"""Not in an archive: with the key the sealed secrets in it could be read."""

PASSING = ("queue", "up.lock", "valkey.log", "valkey.sock", f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE, *APART)


class NotEmpty(Exception):
    """There is data where the archive should be put."""


def backup(home: Path, archive: Path) -> None:
    """Write the archive: first a consistent copy of the database, then the files, of which later ones do no harm."""
    with tempfile.TemporaryDirectory(dir=home) as folder, tarfile.open(archive, "x:gz") as tar:
        archive.chmod(0o600)
        if (home / DATABASE).exists():
            snapshot = Path(folder) / DATABASE
            with closing(sqlite3.connect(home / DATABASE)) as running, closing(sqlite3.connect(snapshot)) as copy:
                running.backup(copy)
            tar.add(snapshot, DATABASE)
        for path in kept(home):
            if path != Path(folder) and path.absolute() != archive.absolute():
                tar.add(path, path.name)


def kept(home: Path) -> Iterator[Path]:
    """What lies in the data folder to stay, beside the database."""
    return (path for path in sorted(home.iterdir()) if path.name not in PASSING and not path.is_socket())


def restore(archive: Path, home: Path) -> None:
    """Put an archive back into a folder without data; raises NotEmpty. Nothing outside the folder is ever written."""
    if (home / DATABASE).exists() or any(kept(home)):
        raise NotEmpty(f"{home} already holds data; restore into an empty TRELLIS_HOME.")
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(home, filter="data")
