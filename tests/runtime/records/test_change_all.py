"""Many changes at once: each kept or refused by itself, new records written together."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from runtime.contracts import Actor, Change, NotFound, Refused, Saved
from runtime.db import current_tenant, db, new_id
from runtime.records import service as records
from runtime.records.query import Query
from runtime.records.sql_rows import TABLES
from runtime.releases import service as releases

CUSTOMER = {
    "format": "form/1",
    "key": "customer",
    "title": "客户",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称", "x-unique": True},
            "parent": {"type": "string", "title": "上级", "x-ref": {"form": "customer"}},
        },
        "required": ["name"],
    },
}


@pytest.fixture
def app_id(admin: Actor) -> str:
    row = releases.create_app("crm", "CRM", "zh-CN", admin)
    releases.add_release(row, {"format": "app/1", "key": "crm", "title": "CRM", "forms": [CUSTOMER]}, "", admin)
    return row.id


def create(app_id: str, **answers: Any) -> Change:
    return Change(app_id, "customer", "create", answers)


def names(app_id: str, admin: Actor) -> list[str]:
    return sorted(item.data["name"] for item in records.page(app_id, "customer", Query(limit=200), admin).items)


def test_each_is_kept_or_refused_by_itself(app_id: str, admin: Actor) -> None:
    found = records.change_all(
        [
            create(app_id, name="甲"),
            create(app_id),
            create(app_id, name="乙", parent=new_id()),
            create(app_id, name="丙"),
        ],
        admin,
    )
    assert [type(one) for one in found] == [Saved, Refused, Refused, Saved]
    assert names(app_id, admin) == ["丙", "甲"]


def test_a_value_taken_twice_among_them_is_refused_once(app_id: str, admin: Actor) -> None:
    found = records.change_all([create(app_id, name=name) for name in ("甲", "乙", "甲", "丙")], admin)
    assert [type(one) for one in found] == [Saved, Saved, Refused, Saved]
    assert [problem.keyword for problem in found[2].problems] == ["x-unique"]
    assert names(app_id, admin) == ["丙", "乙", "甲"]


def test_a_change_of_what_was_just_made_finds_it(app_id: str, admin: Actor) -> None:
    first = records.change(create(app_id, name="甲"), admin)
    renamed = Change(app_id, "customer", "update", {"name": "丁"}, record_id=first.id)
    missing = Change(app_id, "customer", "update", {"name": "丁"}, record_id=new_id())
    changes = [create(app_id, name="乙", parent=first.id), renamed, missing, create(app_id, name="甲")]
    found = records.change_all(changes, admin)
    assert [type(one) for one in found] == [Saved, Saved, NotFound, Saved]
    assert names(app_id, admin) == ["丁", "乙", "甲"]


def test_history_events_links_and_unique_keys_are_those_of_a_single_change(app_id: str, admin: Actor) -> None:
    top = records.change(create(app_id, name="甲"), admin)
    [made] = records.change_all([create(app_id, name="乙", parent=top.id)], admin)
    assert isinstance(made, Saved)
    assert [entry.type for entry in records.history(app_id, "customer", made.id, admin)] == ["created"]
    assert made.event is not None
    [(_, below)] = records.related(app_id, "customer", top.id, admin).items()
    assert [item.id for item in below] == [made.id]
    with pytest.raises(Refused):
        records.change(create(app_id, name="乙"), admin)


def test_new_records_cost_a_statement_a_table_and_a_query_a_target(app_id: str, admin: Actor) -> None:
    parents = [records.change(create(app_id, name=f"p{number}"), admin).id for number in range(20)]
    counted: list[str] = []
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    records.change_all([create(app_id, name=f"c{number}", parent=id) for number, id in enumerate(parents)], admin)
    writing = [text for text in counted if text.startswith("INSERT")]
    about_links = [text for text in counted if "FROM record" in text]
    assert len({text.split()[2] for text in writing}) == len(writing) <= 6
    assert len(about_links) == 1


ALL_KINDS = {
    "format": "form/1",
    "key": "deal",
    "title": "商机",
    "schema": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "title": "标题", "x-unique": True},
            "size": {"type": "number", "title": "规模"},
            "sure": {"type": "boolean", "title": "确定"},
            "day": {"type": "string", "format": "date", "title": "日期"},
            "at": {"type": "string", "format": "date-time", "title": "时间"},
            "above": {"type": "string", "title": "上级", "x-ref": {"form": "deal"}},
            "topics": {"type": "array", "title": "话题", "items": {"type": "string", "enum": ["价格", "产品"]}},
            "half": {"type": "number", "title": "一半", "x-formula": "record.size / 2"},
        },
    },
}
BY_ITSELF = {"id", "record_id", "created_at", "updated_at", "at", "due"}
"""Columns in which no two records are alike."""


@pytest.mark.parametrize("size", [Decimal("0.1"), -(10**39), None])
def test_a_record_made_among_many_is_what_one_made_alone_is(admin: Actor, size: Any) -> None:
    app = releases.create_app("crm", "CRM", "zh-CN", admin)
    releases.add_release(app, {"format": "app/1", "key": "crm", "title": "CRM", "forms": [ALL_KINDS]}, "", admin)
    top = records.change(Change(app.id, "deal", "create", {"title": "顶"}), admin)
    answers = {
        "title": "A\"B\\ 价%s :x\n\x01", "size": size, "sure": True, "day": "2026-02-03", "at": "2026-02-03T04:05:06Z",
        "above": top.id, "topics": ["价格", "产品"],
    }  # fmt: skip
    alone = records.change(Change(app.id, "deal", "create", answers, lenient=True), admin)
    written = rows_of(alone.id)
    records.change(Change(app.id, "deal", "delete", record_id=alone.id), admin)
    [among] = records.change_all([Change(app.id, "deal", "create", answers, lenient=True)], admin)
    assert isinstance(among, Saved)
    assert rows_of(among.id) == written


def rows_of(record_id: str) -> dict[str, list[dict[str, Any]]]:
    """What stands in all tables of a record that is one of its kind."""
    found = {}
    for name, table in sorted(TABLES.items()):
        which = table.c["record_id" if "record_id" in table.c else "id"]
        mine = (table.c.tenant_id == current_tenant(), which == record_id)
        rows = db.session.execute(select(table).where(*mine))
        found[name] = [{key: value for key, value in row.items() if key not in BY_ITSELF} for row in rows.mappings()]
    return {name: sorted(rows, key=str) for name, rows in found.items()}
