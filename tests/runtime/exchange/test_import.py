"""Imports from file to records, on both databases, by the same function that a worker calls."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, func, select

from builder.publishing import service as publishing
from runtime.contracts import Actor, BadRequest, Conflict, NotFound, Refused, TooMuch
from runtime.db import db, new_id, tenant
from runtime.exchange import service
from runtime.exchange.spools import SPOOLS
from runtime.exchange.working.service import work
from runtime.files import service as files
from runtime.files.models import File
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases import service as releases
from runtime.releases.service import find_app

ACCOUNT = {
    "format": "form/1",
    "key": "account",
    "title": "客户",
    "label": "name",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称", "x-unique": True},
            "sector": {
                "type": "string",
                "title": "行业",
                "oneOf": [{"const": "med", "title": "医疗"}, {"const": "it"}],
            },
            "revenue": {"type": "number", "title": "收入", "minimum": 0},
            "since": {"type": "string", "format": "date", "title": "成立日期"},
            "parent": {"type": "string", "title": "上级", "x-ref": {"form": "account"}},
        },
        "required": ["name"],
    },
}
DEAL = {
    "format": "form/1",
    "key": "deal",
    "title": "商机",
    "schema": {
        "type": "object",
        "properties": {
            "number": {"type": "string", "title": "编号"},
            "account": {"type": "string", "title": "客户", "x-ref": {"form": "account"}},
            "seller": {"type": "string", "title": "销售", "x-ref": {"person": True}},
        },
        "required": ["number", "account"],
    },
}
APP = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [ACCOUNT, DEAL]}


@pytest.fixture
def boss(app: Any) -> Any:
    """An admin of a real tenant, with an app in it."""
    made = identity.create_tenant("acme", "ACME")
    with tenant(made.id):
        account = accounts.create_account("boss@acme.example", "a long enough password", "张三")
        member = identity.add_member("张三", account.id)
        identity.give_power("admin", member.id)
        found = doors.actor_of(member.id)
        assert found is not None
        publishing.take_in(APP, found[0], live=True)
        yield found[0]


def app_id() -> str:
    return find_app("crm").id


def carry_out(actor: Actor, home: Path, form: str, text: str | bytes, **asked: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    job = service.start(app_id(), form, io.BytesIO(content), asked.pop("name", "a.csv"), asked, actor, home)
    assert work(job.id, lambda: None, home, 60)
    return service.look(job.id, actor)


def rows(actor: Actor, form: str) -> list[dict[str, Any]]:
    page = records.page(app_id(), form, Query(limit=100), actor)
    return sorted(
        (dict(item.data) for item in page.items), key=lambda data: str(data.get("name") or data.get("number"))
    )


def said(job: Any) -> list[tuple[int, str, str]]:
    return [(note.row, note.field, note.keyword) for note in service.notes(job.id)]


def test_a_file_with_titles_as_headers_needs_no_mapping(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(
        boss, tmp_path, "account", '名称,行业,收入,成立日期\n甲,医疗,"1,200.50",2019/3/1\n乙,it,¥30,20200105\n'
    )
    assert (job.state, job.done, job.created, job.refused) == ("done", 2, 2, 0)
    first, second = rows(boss, "account")
    assert first == {"name": "乙", "sector": "it", "revenue": 30, "since": "2020-01-05"} or second["name"] == "乙"
    assert {"name": "甲", "sector": "med", "revenue": pytest.approx(1200.5), "since": "2019-03-01"} in [first, second]


def test_a_row_that_breaks_a_rule_is_refused_and_named_and_the_others_come_in(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称,收入,行业\n甲,-1,\n,5,\n丙,viel,\n丁,1,火星\n戊,2,it\n")
    assert (job.created, job.refused) == (1, 4)
    assert said(job) == [
        (2, "revenue", "minimum"),
        (3, "name", "required"),
        (4, "revenue", "type"),
        (5, "sector", "type"),
    ]


def test_a_lenient_import_keeps_the_row_without_the_value_and_says_so(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称\n甲\n")
    job = carry_out(boss, tmp_path, "deal", "编号,客户\nD1,甲\nD2,没有的\nD3,\n", lenient=True)
    assert (job.created, job.incomplete, job.refused) == (3, 2, 0)
    assert said(job) == [(3, "account", "x-ref"), (4, "account", "required")]


def test_a_strict_import_refuses_a_link_to_nothing(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称\n甲\n")
    job = carry_out(boss, tmp_path, "deal", "编号,客户\nD1,甲\nD2,没有的\n")
    assert (job.created, job.refused) == (1, 1)


def test_a_link_to_a_row_further_down_is_set_in_the_end(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称,上级\n子,母\n母,\n孤,无\n")
    by_name = {item.data["name"]: item for item in records.page(app_id(), "account", Query(), boss).items}
    assert by_name["子"].data["parent"] == by_name["母"].id
    assert said(job) == [(4, "parent", "x-ref")]


def test_a_person_is_found_by_name(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称\n甲\n")
    carry_out(boss, tmp_path, "deal", "编号,客户,销售\nD1,甲,张三\n")
    assert rows(boss, "deal")[0]["seller"] == boss.member_id


def test_a_column_can_say_who_owns_the_record(boss: Actor, tmp_path: Path) -> None:
    other = identity.add_member("李四")
    text = "名称,负责人\n甲,李四\n乙,\n丙,王五\n"
    job = carry_out(boss, tmp_path, "account", text, mapping={"名称": "name", "负责人": "owner"}, lenient=True)
    owners = {item.data["name"]: item.owner_id for item in records.page(app_id(), "account", Query(), boss).items}
    assert owners == {"甲": other.id, "乙": boss.member_id, "丙": boss.member_id}
    assert (said(job), job.refused) == ([(4, "owner", "x-ref")], 0)


def test_an_upsert_changes_what_its_key_finds_and_makes_the_rest(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n乙,2\n")
    job = carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n乙,3\n丙,4\n", mode="upsert", key="name")
    assert (job.created, job.updated, job.unchanged) == (1, 1, 1)
    assert {data["name"]: data["revenue"] for data in rows(boss, "account")} == {"甲": 1, "乙": 3, "丙": 4}


def test_an_update_names_rows_whose_key_finds_nothing(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n", mode="update", key="name")
    assert (job.created, job.refused, said(job)) == (0, 1, [(2, "name", "key")])


def test_a_row_that_says_nothing_at_all_has_no_key_and_is_named(boss: Actor, tmp_path: Path) -> None:
    text = "名称,收入,备注\n,,未知\n"
    job = carry_out(
        boss, tmp_path, "account", text, mode="update", key="name", mapping={"名称": "name", "收入": "revenue"}
    )
    assert (job.unchanged, job.refused, said(job)) == (0, 1, [(2, "name", "key")])


def test_who_may_write_what_they_may_not_read_imports_it(boss: Actor, tmp_path: Path) -> None:
    policy = {"form": "account", "read": ["name"], "write": ["name", "revenue"], "acts": ["create", "update", "import"]}
    clerk = {"format": "role/1", "key": "clerk", "title": "文员", "policies": [policy]}
    releases.add_release(find_app("crm"), APP | {"roles": [clerk]}, "", boss)
    carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n乙,2\n")
    member = identity.add_member(
        "李四", accounts.create_account("clerk@acme.example", "a long enough password", "李四").id
    )
    identity.give_role(app_id(), "clerk", member.id)
    found = doors.actor_of(member.id)
    assert found is not None
    job = carry_out(found[0], tmp_path, "account", "名称,收入\n甲,1\n乙,3\n", mode="update", key="name")
    assert (job.state, job.updated, job.unchanged) == ("done", 1, 1)
    assert {data["name"]: data["revenue"] for data in rows(boss, "account")} == {"甲": 1, "乙": 3}


def test_a_value_taken_twice_in_one_file_is_refused_once(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称\n甲\n甲\n乙\n")
    assert (job.created, job.refused) == (2, 1)
    assert said(job) == [(3, "name", "x-unique")]


def test_rows_that_say_nothing_new_ask_no_more_the_more_they_are(boss: Actor, tmp_path: Path) -> None:
    lines = [f"客户{number},{number}\n" for number in range(90)]
    carry_out(boss, tmp_path, "account", "名称,收入\n" + "".join(lines))
    statements: list[str] = []
    asked: list[int] = []
    for some in (lines[:5], lines):
        statements.clear()
        heard = event.listens_for(db.engine, "before_cursor_execute")(lambda *told: statements.append(told[2]))
        job = carry_out(boss, tmp_path, "account", "名称,收入\n" + "".join(some), mode="upsert", key="name")
        event.remove(db.engine, "before_cursor_execute", heard)
        assert (job.updated, job.unchanged) == (0, len(some))
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_new_rows_ask_no_more_the_more_they_are_and_for_each_name_once(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称\n甲\n乙\n")
    carry_out(boss, tmp_path, "deal", "编号,客户\nD,甲\n")
    lines = [f"D{number},{'甲乙'[number % 2]},张三\n" for number in range(300)]
    asked: list[list[str]] = []
    for some in (lines[:5], lines[:100], lines):
        statements: list[str] = []
        heard = event.listens_for(db.engine, "before_cursor_execute")(
            lambda *told, heard=statements: heard.append(told[2])
        )
        job = carry_out(boss, tmp_path, "deal", "编号,客户,销售\n" + "".join(some))
        event.remove(db.engine, "before_cursor_execute", heard)
        assert (job.created, job.refused) == (len(some), 0)
        asked.append(statements)
    few, batch, three = asked
    assert len(few) == len(batch)
    by_name = ("member.name IN", "record.s1 IN")
    assert [sum(name in text for text in three) for name in by_name] == [1, 1]


def test_an_upsert_finds_what_the_same_file_has_made(boss: Actor, tmp_path: Path) -> None:
    text = "名称,收入\n甲,1\n乙,2\n甲,3\n甲,4\n甲,4\n"
    job = carry_out(boss, tmp_path, "account", text, mode="upsert", key="name")
    assert (job.created, job.updated, job.unchanged, job.refused) == (2, 2, 1, 0)
    assert {data["name"]: data["revenue"] for data in rows(boss, "account")} == {"甲": 4, "乙": 2}


def test_a_name_that_is_there_too_often_hides_no_other(boss: Actor, tmp_path: Path) -> None:
    carry_out(
        boss, tmp_path, "account", "名称,行业\n" + "".join(f"甲{number},it\n" for number in range(260)) + "乙,med\n"
    )
    text = "名称,上级\n丙,it\n丁,med\n"
    job = carry_out(
        boss, tmp_path, "account", text, mapping={"名称": "name", "上级": {"field": "parent", "by": "sector"}}
    )
    by_name = {item.data["name"]: item for item in records.page(app_id(), "account", Query(limit=200), boss).items}
    assert (job.created, said(job)) == (1, [(2, "parent", "x-ref")])
    assert by_name["丁"].data["parent"] == by_name["乙"].id


def test_a_dry_run_counts_and_keeps_nothing(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n乙,x\n", dry_run=True)
    assert (job.state, job.created, job.refused) == ("done", 1, 1)
    assert rows(boss, "account") == []


def test_an_import_that_was_cut_off_goes_on_where_it_was(boss: Actor, tmp_path: Path) -> None:
    text = "名称\n" + "".join(f"客户{number}\n" for number in range(250))
    job = service.start(app_id(), "account", io.BytesIO(text.encode()), "a.csv", {}, boss, tmp_path)
    assert not work(job.id, lambda: None, tmp_path, 0)
    assert service.look(job.id, boss).done == 100
    assert work(job.id, lambda: None, tmp_path, 60)
    assert service.look(job.id, boss).created == 250


def test_rows_are_taken_from_a_workbook_once_however_many_turns_an_import_takes(boss: Actor, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["名称", "成立日期", "收入"], *([f"客户{n}", date(2020, 1, 5), n + 0.5] for n in range(250))):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    job = service.start(app_id(), "account", io.BytesIO(content.getvalue()), "a.xlsx", {}, boss, tmp_path)
    assert not work(job.id, lambda: None, tmp_path, 0)
    assert service.look(job.id, boss).total == 250
    files.path_of(tmp_path, job.options["file"]).unlink()
    assert work(job.id, lambda: None, tmp_path, 60)
    assert (service.look(job.id, boss).state, service.look(job.id, boss).created) == ("done", 250)
    assert {"name": "客户249", "since": "2020-01-05", "revenue": Decimal("249.5")} in rows(boss, "account")
    assert list((tmp_path / SPOOLS).iterdir()) == []


def test_of_a_file_that_is_broken_further_down_nothing_is_taken(boss: Actor, tmp_path: Path) -> None:
    text = "名称\n" + "".join(f"客户{number}\n" for number in range(150)) + "x" * 2**20 + "\n"
    job = carry_out(boss, tmp_path, "account", text)
    assert (job.state, job.done, rows(boss, "account")) == ("failed", 0, [])
    assert list((tmp_path / SPOOLS).iterdir()) == []


def test_a_worker_that_lost_its_claim_writes_nothing(boss: Actor, tmp_path: Path) -> None:
    class Lost(Exception):
        pass

    def lost() -> None:
        raise Lost

    job = service.start(app_id(), "account", io.BytesIO("名称\n甲\n".encode()), "a.csv", {}, boss, tmp_path)
    with pytest.raises(Lost):
        work(job.id, lost, tmp_path, 60)
    assert rows(boss, "account") == []


def test_an_import_is_taken_back_whole(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称,收入\n甲,1\n")
    job = carry_out(boss, tmp_path, "account", "名称,收入\n甲,9\n乙,2\n丙,3\n", mode="upsert", key="name")
    changed = next(item for item in records.page(app_id(), "account", Query(), boss).items if item.data["name"] == "丙")
    records.change(records.Change(app_id(), "account", "update", {"revenue": 4}, changed.id), boss)
    assert service.undo(job.id, boss).state == "undoing"
    with pytest.raises(Conflict):
        service.undo(job.id, boss)
    assert work(job.id, lambda: None, tmp_path, 60)
    undone = service.look(job.id, boss)
    assert (undone.state, undone.options["undone"], undone.options["kept"]) == ("undone", 2, 1)
    assert {data["name"]: data["revenue"] for data in rows(boss, "account")} == {"甲": 1, "丙": 4}
    with pytest.raises(Conflict):
        service.undo(job.id, boss)


def test_a_row_that_was_written_twice_is_as_before_the_first(boss: Actor, tmp_path: Path) -> None:
    carry_out(boss, tmp_path, "account", "名称,收入,行业\n甲,1,it\n")
    job = carry_out(boss, tmp_path, "account", "名称,收入,上级\n甲,2,乙\n甲,3,\n乙,4,\n", mode="upsert", key="name")
    assert {data["name"]: data["revenue"] for data in rows(boss, "account")} == {"甲": 3, "乙": 4}
    service.undo(job.id, boss)
    assert work(job.id, lambda: None, tmp_path, 60)
    assert rows(boss, "account") == [{"name": "甲", "revenue": 1, "sector": "it"}]


def test_an_undo_that_was_cut_off_goes_on_where_it_was(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称\n" + "".join(f"客户{number}\n" for number in range(150)))
    service.undo(job.id, boss)
    assert not work(job.id, lambda: None, tmp_path, 0)
    assert service.look(job.id, boss).options["undone"] == 100
    assert work(job.id, lambda: None, tmp_path, 60)
    assert (service.look(job.id, boss).options["undone"], rows(boss, "account")) == (150, [])


def test_a_workbook_is_read_by_sheet(boss: Actor, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["无关"])
    sheet = book.create_sheet("客户")
    sheet.append(["名称", "收入"])
    sheet.append(["甲", 12.5])
    content = io.BytesIO()
    book.save(content)
    job = carry_out(boss, tmp_path, "account", content.getvalue(), sheet="客户", name="a.xlsx")
    assert job.created == 1


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"mapping": {"名称": "nope"}}, "/mapping/名称"),
        ({"mapping": {"没有": "name"}}, "/mapping/没有"),
        ({"mapping": 3}, "/mapping"),
        ({"mode": "merge"}, "/mode"),
        ({"mode": "upsert"}, "/key"),
        ({"mapping": {"名称": {"field": "parent", "by": "nope"}}}, "/mapping/名称/by"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_kept(
    boss: Actor, tmp_path: Path, asked: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Refused) as refused:
        service.start(app_id(), "account", io.BytesIO("名称\n甲\n".encode()), "a.csv", asked, boss, tmp_path)
    assert pointer in [problem.pointer for problem in refused.value.problems]
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_a_file_that_is_no_table_is_refused(boss: Actor, tmp_path: Path) -> None:
    for content in (b"\x00\x01\x02", b"", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0rubbish"):
        with pytest.raises((BadRequest, TooMuch)):
            service.start(app_id(), "account", io.BytesIO(content), "a.bin", {}, boss, tmp_path)


def test_t07_an_import_of_another_tenant_is_not_found(boss: Actor, tmp_path: Path) -> None:
    job = carry_out(boss, tmp_path, "account", "名称\n甲\n")
    with tenant(new_id()), pytest.raises(NotFound):
        service.find(job.id, boss)
    db.session.rollback()
