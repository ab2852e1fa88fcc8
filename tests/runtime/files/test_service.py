"""Files and the rows that know them."""

import io
from pathlib import Path

import pytest

from runtime.contracts import Actor
from runtime.files import service


def test_bytes_that_no_row_knows_are_not_left_behind(
    admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = service.keep(io.BytesIO(b"abc"), "a.txt", admin, tmp_path)
    assert service.path_of(tmp_path, kept.id).read_bytes() == b"abc"

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(service, "File", refuse)
    with pytest.raises(ConnectionError):
        service.keep(io.BytesIO(b"def"), "b.txt", admin, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [kept.id]
