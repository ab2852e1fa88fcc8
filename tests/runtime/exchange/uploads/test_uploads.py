"""An import on its pages, from the file to the mended rows and back."""

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from runtime.contracts import Actor
from runtime.db import db
from runtime.exchange.working.service import work
from runtime.files.models import File
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases.service import find_app
from tests.client import PageClient
from tests.runtime.exchange.conftest import app_of

ACCOUNT = {
    "format": "form/1",
    "key": "account",
    "title": "客户",
    "label": "name",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称", "x-unique": True},
            "code": {"type": "string", "title": "编号", "x-unique": True},
            "revenue": {"type": "number", "title": "收入", "minimum": 0},
            "parent": {"type": "string", "title": "上级", "x-ref": {"form": "account"}},
            "logo": {"type": "array", "title": "标志", "x-file": {}, "items": {"type": "object"}},
        },
        "required": ["name"],
    },
}
APP = app_of(ACCOUNT, "reader", rows="true")
WRITES = {"form": "account", "read": ["*"], "write": ["*"], "acts": ["create", "update"]}
APP["roles"].append(APP["roles"][0] | {"key": "writer", "policies": [WRITES]})
APP["roles"].append(APP["roles"][0] | {"key": "clerk", "policies": [WRITES | {"acts": ["create", "import"]}]})
FORM = "/t/home/a/crm/f/account/"
ROWS = "名称,收入,备注,上级\n华兴,100,a,\n<b>天成</b>,很多,b,\n,5,c,\n北方,7,d,华兴\n"


def upload(client: PageClient, content: bytes, name: str = "accounts.csv") -> Any:
    return client.post(f"{FORM}import", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def fills(page: str) -> list[str]:
    """What the page's selects say, in order."""
    return [
        (re.search(r'<option value="([^"]*)" selected', part) or [0, ""])[1] for part in page.split('name="fills"')[1:]
    ]


def finished(client: PageClient, answer: Any, home: Path) -> tuple[str, str]:
    """Let a worker do what was asked for; the address and the page then."""
    assert answer.status_code == 303, answer.text
    assert "Rows are being read" in client.get(answer.location).text
    assert work(answer.location.rpartition("/")[2], lambda: None, home, 60)
    return answer.location, client.get(answer.location).text


def names(actor: Actor) -> list[str]:
    found = records.page(find_app("crm").id, "account", Query(sort=("name",)), actor).items
    return [record.data["name"] for record in found]


def test_a_file_is_tried_imported_mended_and_taken_back(owner: PageClient, boss: Actor, tmp_path: Path) -> None:
    sent = upload(owner, ROWS.encode())
    page = owner.get(sent.location).text
    assert fills(page) == ["name", "revenue", "", "parent\tname"]
    assert "华兴 · &lt;b&gt;天成&lt;/b&gt; · 北方" in page
    assert "标志" not in page
    asked = {"fills": fills(page), "mode": "insert"}
    tried, page = finished(owner, owner.post(sent.location, data=asked | {"dry_run": "1"}), tmp_path)
    assert "nothing was written" in page
    assert f'href="{FORM}" aria-current="page"' in page
    assert names(boss) == []
    done, page = finished(owner, owner.post(f"{tried}/again"), tmp_path)
    assert names(boss) == ["北方", "华兴"]
    assert "&lt;b&gt;" not in page
    assert "很多" in page
    rows = sheet_of(owner.get(f"{done}/problems.xlsx").data)
    assert rows[0] == ("名称", "收入", "备注", "上级", "Problem")
    assert [row[:3] for row in rows[1:]] == [("<b>天成</b>", "很多", "b"), (None, "5", "c")]
    assert all(row[4] for row in rows[1:])
    mended = upload(owner, workbook(rows[0], ("天成", 9, "b", None, "x"), ("南方", 5, "c", "华兴", "x")), "mended.xlsx")
    page = owner.get(mended.location).text
    asked = {"fills": fills(page), "mode": "upsert", "key": "name", "sheet": "Sheet"}
    _, page = finished(owner, owner.post(mended.location, data=asked), tmp_path)
    assert names(boss) == ["北方", "华兴", "南方", "天成"]
    assert "Rows with problems" not in page
    assert "mended.xlsx" in owner.get(f"{FORM}import").text
    owner.post(f"{done}/undo")
    assert work(done.rpartition("/")[2], lambda: None, tmp_path, 60)
    assert "Taken back: 2" in owner.get(done).text
    assert names(boss) == ["南方", "天成"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_where_all_rows_are_refused_one_goes_to_the_columns(owner: PageClient, boss: Actor, tmp_path: Path) -> None:
    sent = upload(owner, "名称,收入\n甲,很多\n乙,更多\n".encode())
    asked = {"fills": ["name", "revenue"], "mode": "insert"}
    for answers in (asked | {"dry_run": "1"}, asked):
        _, page = finished(owner, owner.post(sent.location, data=answers), tmp_path)
        assert re.findall(r'<a class="btn btn-primary" href="([^"?]*)', page) == [sent.location]
        assert "Import it now" not in page


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_is_said_and_what_was_chosen_stays(owner: PageClient, boss: Actor) -> None:
    for content, name in ((b"", "empty.csv"), (b"\x00\x01\x02" * 50, "photo.png"), (b"PK\x03\x04broken", "book.xlsx")):
        assert upload(owner, content, name).status_code == 422
    assert owner.post(f"{FORM}import", data={}).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(File)) == 0
    sent = upload(owner, ROWS.encode())
    twice = owner.post(sent.location, data={"fills": ["name", "name", "", ""], "mode": "upsert"})
    assert twice.status_code == 422
    assert "Two columns fill" in twice.text
    assert "finds existing records" in twice.text
    assert fills(twice.text)[0] == "name"
    assert owner.get(f"{sent.location}?sheet=Nope").status_code == 400


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_t15_t07_who_may_only_read_imports_nothing_and_sees_nobodys_file(
    app: Flask, owner: PageClient, boss: Actor
) -> None:
    sent = upload(owner, ROWS.encode())
    begun = owner.post(sent.location, data={"fills": ["name", "", "", ""], "mode": "insert"})
    account = accounts.create_account("reader@example.com", "correct horse 9", "读者")
    member = identity.add_member("读者", account.id)
    identity.give_role(find_app("crm").id, "reader", member.id)
    reader = app.test_client()
    reader.sign_in(doors.open_session(account))
    assert reader.get(FORM).status_code == 200
    assert upload(reader, ROWS.encode()).status_code == 403  # type: ignore[arg-type]
    assert reader.get(sent.location).status_code == 403
    assert reader.get(begun.location).status_code == 404
    assert reader.get(f"{begun.location}/problems.xlsx").status_code == 404
    assert reader.post(f"{begun.location}/undo").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_t15_who_may_make_records_one_by_one_brings_in_no_file(app: Flask, boss: Actor, tmp_path: Path) -> None:
    account = accounts.create_account("writer@example.com", "correct horse 9", "文员")
    member = identity.add_member("文员", account.id)
    identity.give_role(find_app("crm").id, "writer", member.id)
    writer = app.test_client()
    assert isinstance(writer, PageClient)
    writer.sign_in(doors.open_session(account))
    assert f"{FORM}import" not in writer.get(FORM).text
    assert upload(writer, ROWS.encode()).status_code == 403
    identity.give_role(find_app("crm").id, "clerk", member.id)
    assert f"{FORM}import" in writer.get(FORM).text
    sent = upload(writer, ROWS.encode())
    begun = writer.post(sent.location, data={"fills": ["name", "", "", ""], "mode": "insert"})
    identity.take_role(find_app("crm").id, "clerk", member.id)
    assert "You may not do this with these records." in finished(writer, begun, tmp_path)[1]
