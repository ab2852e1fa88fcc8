"""Files and the rows that know them."""

import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Actor, TooMuch
from runtime.db import new_id, tenant
from runtime.files import service
from runtime.identity.doors import service as doors
from tests.conftest import Home


def test_bytes_that_no_row_knows_are_not_left_behind(
    admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = service.keep(io.BytesIO(b"abc"), "a.txt", admin, tmp_path)
    assert service.path_of(tmp_path, kept.id).read_bytes() == b"abc"

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(service, "media_type", refuse)
    with pytest.raises(ConnectionError):
        service.keep(io.BytesIO(b"def"), "b.txt", admin, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [kept.id]


def send(actor: Actor, home: Path, size: int = 700_000) -> str:
    return service.keep(io.BytesIO(b"x" * size), "a.txt", actor, home).id


def kept(home: Path) -> int:
    return len([path for path in home.rglob("*") if path.is_file()])


def test_a_member_may_have_so_much_that_no_record_holds(
    app: Flask, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRELLIS_LOOSE_FILES", 1)
    first = send(admin, tmp_path)
    with pytest.raises(TooMuch, match="no record holds yet"):
        send(admin, tmp_path)
    assert kept(tmp_path) == 1
    assert service.take_up(first, admin)
    send(admin, tmp_path)
    nobody = replace(admin, member_id=None)
    send(nobody, tmp_path)
    monkeypatch.setitem(app.config, "TRELLIS_LOOSE_FILES", 0)
    send(admin, tmp_path)


def test_of_files_sent_at_once_each_counts_the_others(
    app: Flask, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRELLIS_LOOSE_FILES", 1)
    admin = doors.actor_of(home.member_id)[0]
    ready, outcomes = threading.Barrier(4), []
    copy = service._copy

    def together(*given: Any) -> Any:
        copied = copy(*given)
        ready.wait()
        return copied

    def upload() -> None:
        with app.app_context(), tenant(admin.tenant_id):
            try:
                send(admin, tmp_path)
                outcomes.append(True)
            except TooMuch:
                outcomes.append(False)

    monkeypatch.setattr(service, "_copy", together)
    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), kept(tmp_path)) == ([False, False, False, True], 1)


def test_a_workspace_has_a_quota_where_one_is_set(
    app: Flask, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRELLIS_TENANT_FILES", 2)
    for _ in range(2):
        assert service.take_up(send(admin, tmp_path), admin)
    with pytest.raises(TooMuch, match="workspace"):
        send(replace(admin, member_id=None), tmp_path)
    assert kept(tmp_path) == 2
    with tenant(new_id()):
        send(replace(admin, member_id=None), tmp_path)


def test_t07_nobody_takes_up_anothers_file_or_one_that_is_gone(admin: Actor, tmp_path: Path) -> None:
    id = send(admin, tmp_path)
    assert not service.take_up(id, replace(admin, member_id=new_id()))
    with tenant(new_id()):
        assert not service.take_up(id, admin)
    service.discard(id, tmp_path)
    assert not service.take_up(id, admin)
