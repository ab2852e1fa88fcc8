"""A copy of everything, and the way back."""

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from runtime.processes.backup import NotEmpty, backup, restore


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder in use: the last row is only in the write-ahead log."""
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    (home / "queue").mkdir()
    (home / "files" / "photo").write_bytes(b"\x00\x01")
    (home / "secret-key").write_text("canary")
    (home / "demo-password").write_text("canary")
    with closing(sqlite3.connect(home / "trellis.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE record (name text)")
        connection.execute("INSERT INTO record VALUES ('王店')")
        connection.commit()
    return home


def names(home: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(home / "trellis.db")) as connection:
        return connection.execute("SELECT name FROM record").fetchall()


def test_what_was_saved_comes_back(home: Path, tmp_path: Path):
    with closing(sqlite3.connect(home / "trellis.db")) as running:
        running.execute("INSERT INTO record VALUES ('李店')")
        running.commit()
        backup(home, tmp_path / "copy.tar.gz")
    empty = tmp_path / "empty"
    empty.mkdir()
    restore(tmp_path / "copy.tar.gz", empty)
    assert names(empty) == [("王店",), ("李店",)]
    assert (empty / "files" / "photo").read_bytes() == b"\x00\x01"


def test_t42_the_key_that_opens_sealed_secrets_is_not_in_the_archive(home: Path, tmp_path: Path):
    backup(home, tmp_path / "copy.tar.gz")
    with tarfile.open(tmp_path / "copy.tar.gz") as tar:
        assert sorted(tar.getnames()) == ["files", "files/photo", "trellis.db"]
    assert (tmp_path / "copy.tar.gz").stat().st_mode & 0o777 == 0o600


def test_an_archive_is_not_put_over_data(home: Path, tmp_path: Path):
    backup(home, tmp_path / "copy.tar.gz")
    with pytest.raises(NotEmpty):
        restore(tmp_path / "copy.tar.gz", home)


def test_an_archive_is_not_written_over_another(home: Path, tmp_path: Path):
    backup(home, tmp_path / "copy.tar.gz")
    with pytest.raises(FileExistsError):
        backup(home, tmp_path / "copy.tar.gz")


def test_t27_an_archive_cannot_write_outside_the_folder(tmp_path: Path):
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(tarfile.FilterError):
        restore(tmp_path / "evil.tar.gz", tmp_path / "empty")
    assert not (tmp_path / "escaped").exists()
