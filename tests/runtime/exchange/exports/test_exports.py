"""What a table lists, taken out as a file."""

import errno
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from runtime.audit import service as audit
from runtime.contracts import Actor, Change
from runtime.db import db
from runtime.exchange.exports import service
from runtime.exchange.exports.models import ExportJob
from runtime.files import service as files
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.notices.models import Notice
from runtime.records import service as records
from runtime.releases.service import find_app
from tests.client import PageClient
from tests.conftest import Home
from tests.runtime.exchange.conftest import app_of

DEAL = {
    "format": "form/1",
    "key": "deal",
    "title": "商机",
    "label": "name",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称"},
            "amount": {"type": "number", "title": "金额", "x-currency": "CNY", "x-scale": 2},
            "closes": {"type": "string", "format": "date", "title": "日期"},
            "stage": {"type": "string", "title": "阶段", "oneOf": [{"const": "won", "title": "赢单"}]},
            "seller": {"type": "string", "title": "销售", "x-ref": {"person": True}},
            "secret": {"type": "string", "title": "底价"},
        },
        "required": ["name"],
    },
}
APP = app_of(DEAL, "rep", rows="record.owner == me.id", read=["name"], acts=["export"])
APP["roles"].append(
    APP["roles"][0] | {"key": "clerk", "policies": [{"form": "deal", "read": ["*"], "write": ["*"], "acts": []}]}
)
PAGE = "/t/home/a/crm/f/deal/export"


def deals(actor: Actor, count: int, **other: Any) -> None:
    app_id = find_app("crm").id
    for number in range(count):
        answers = {"name": f"=deal {number:03}", "amount": number, **other}
        records.change(Change(app_id, "deal", "create", answers), actor)


def colleague(app: Flask, *roles: str) -> tuple[PageClient, str]:
    """The browser of somebody with these roles, and the member's id."""
    account = accounts.create_account("rep@example.com", "correct horse 9", "销售")
    member = identity.add_member("销售", account.id)
    for role in roles:
        identity.give_role(find_app("crm").id, role, member.id)
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.sign_in(doors.open_session(account))
    return client, member.id


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_a_small_table_comes_at_once_filtered_and_sorted_as_it_is_listed(owner: PageClient, boss: Actor) -> None:
    deals(boss, 3, closes="2026-09-01", stage="won", seller=boss.member_id)
    asked = {"kind": "xlsx", "sort": "-amount", "filter": '{"field":"amount","op":"gte","value":1}'}
    answer = owner.post(PAGE, data=asked | {"columns": '["name","amount","closes","stage","seller"]'})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    header, *rows = sheet_of(answer.data)
    assert header == ("名称", "金额", "日期", "阶段", "销售")
    assert [(row[0], row[1], str(row[2])[:10], *row[3:]) for row in rows] == [
        ("'=deal 002", 2, "2026-09-01", "赢单", "李娜"),
        ("'=deal 001", 1, "2026-09-01", "赢单", "李娜"),
    ]
    assert '"amount"' in audit.entries(limit=1)[0].about["filter"]
    text = owner.post(PAGE, data={"kind": "csv", "whole": "1"}).data.decode("utf-8-sig")
    assert "底价" in text.splitlines()[0]
    assert owner.post(PAGE, data={"kind": "exe"}).status_code == 400


def test_a_long_table_is_written_by_a_worker_who_tells_when_it_is_done(
    owner: PageClient, boss: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 100)
    deals(boss, 250)
    begun = owner.post(PAGE, data={"kind": "csv", "sort": "amount"})
    assert (begun.status_code, "/exports/" in begun.location) == (303, True)
    id = begun.location.rpartition("/")[2]
    assert "being written" in owner.get(begun.location).text
    assert service.work(id, lambda: None, tmp_path, 0) is False
    job = service.find(id, boss)
    assert (job.state, job.done) == ("running", 200)
    spool = tmp_path / "exports" / id
    with spool.open("ab") as file:
        file.write(b'["from a worker that died"]\n')
    assert service.work(id, lambda: None, tmp_path, 60) is True
    job = service.find(id, boss)
    assert (job.state, job.done, spool.exists()) == ("done", 250, False)
    lines = files.path_of(tmp_path, str(job.file_id)).read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("'=deal 000,0")
    assert len(lines) == 251
    assert "died" not in "".join(lines)
    assert "Download" in owner.get(begun.location).text
    assert db.session.scalar(select(Notice.link)) == f"exports/{id}"
    files.discard(str(job.file_id), tmp_path)
    assert "no longer kept" in owner.get(begun.location).text


def test_an_export_that_the_disk_refuses_is_tried_again_and_then_fails_and_says_so(
    owner: PageClient, boss: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 0)
    deals(boss, 1)
    begun = owner.post(PAGE, data={"kind": "csv"})
    id = begun.location.rpartition("/")[2]

    def full(path: Path, *_: Any) -> None:
        path.write_text("half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(service, "write", full)
    for _ in range(service.MOST_TROUBLES - 1):
        with pytest.raises(OSError, match="No space"):
            service.work(id, lambda: None, tmp_path, 60)
        assert service.find(id, boss).state == "running"
    assert service.work(id, lambda: None, tmp_path, 60) is True
    assert service.find(id, boss).state == "failed"
    assert "its disk may be full" in owner.get(begun.location).text
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert service.work(id, lambda: None, tmp_path, 60) is True


def test_t11_t07_an_export_holds_what_its_reader_may_see_and_is_only_for_him(
    app: Flask, home: Home, boss: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 0)
    deals(boss, 1, secret="c4nary")
    client, member_id = colleague(app, "rep")
    rep = doors.actor_of(member_id)
    assert rep is not None
    records.change(Change(find_app("crm").id, "deal", "create", {"name": "mine"}, owner_id=member_id), boss)
    begun = client.post(PAGE, data={"kind": "csv", "whole": "1"})
    id = begun.location.rpartition("/")[2]
    service.work(id, lambda: None, tmp_path, 60)
    text = files.path_of(tmp_path, str(service.find(id, rep[0]).file_id)).read_text("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["名称", "mine"]
    assert "c4nary" not in text
    last = audit.entries(limit=1)[0]
    assert (last.act, last.actor_id, last.about["form"]) == ("records.exported", member_id, "deal")
    other = app.test_client()
    other.sign_in(doors.open_session(accounts.find_account_by_id(home.account_id)))
    assert other.get(begun.location).status_code == 404


def test_t14_t44_an_export_ends_with_its_readers_rights_and_few_run_at_once(
    owner: PageClient, boss: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 0)
    deals(boss, 1)
    begun = [owner.post(PAGE, data={"kind": "csv"}) for _ in range(4)]
    assert [answer.status_code for answer in begun] == [303, 303, 303, 409]
    monkeypatch.setattr(service, "actor_of", lambda id: None)
    id = begun[0].location.rpartition("/")[2]
    assert service.work(id, lambda: None, tmp_path, 60) is True
    assert db.session.scalar(select(ExportJob.state).where(ExportJob.id == id)) == "failed"


def test_t15_only_the_records_that_one_may_export_are_taken_out(app: Flask, boss: Actor) -> None:
    deals(boss, 1)
    client, member_id = colleague(app, "clerk")
    assert "/export" not in client.get("/t/home/a/crm/f/deal/").text
    assert client.post(PAGE, data={"kind": "csv"}).status_code == 403
    identity.give_role(find_app("crm").id, "rep", member_id)
    records.change(Change(find_app("crm").id, "deal", "create", {"name": "mine"}, owner_id=member_id), boss)
    assert "/export" in client.get("/t/home/a/crm/f/deal/").text
    lines = client.post(PAGE, data={"kind": "csv"}).data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["名称", "mine"]


def test_t14_an_export_is_fetched_only_by_who_may_still_export(
    app: Flask, owner: PageClient, boss: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 0)
    client, member_id = colleague(app, "rep")
    records.change(Change(find_app("crm").id, "deal", "create", {"name": "mine"}, owner_id=member_id), boss)
    id = client.post(PAGE, data={"kind": "csv"}).location.rpartition("/")[2]
    service.work(id, lambda: None, Path(app.config["TRELLIS_HOME"]), 60)
    file = f"/t/home/files/{db.session.scalar(select(ExportJob.file_id))}"

    def answered(browser: PageClient) -> int:
        with browser.get(file) as answer:
            return answer.status_code

    assert (answered(client), answered(owner)) == (200, 404)
    identity.take_role(find_app("crm").id, "rep", member_id)
    assert answered(client) == 404
