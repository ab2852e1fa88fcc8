"""A change written with all that stands beside it, on either database."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from runtime import events
from runtime.contracts import Event, LostRace
from runtime.db import current_tenant, db, new_id, tenant, transaction, utc_now
from runtime.records import sql_write
from runtime.records.changes import Beside, Write
from runtime.records.models import idempotency, record, record_link, record_rev, record_unique, record_value

APP = new_id()
BESIDE = Beside(
    uniques=frozenset({("code", "sA1")}),
    links=frozenset({("customer", "01990c5e-7f00-7000-8000-000000000001")}),
    values=frozenset({("topics", "price"), ("topics", "product")}),
)


def a_write(id: str | None = None, expected: int | None = None, **changed: Any) -> Write:
    id = id or new_id()
    rev, now = (expected or 0) + 1, utc_now()
    row = {
        "tenant_id": current_tenant(), "id": id, "app_id": APP, "form": "visit", "release": 1,
        "data": {"code": "A1", "amount": Decimal("620000.50")}, "owner_id": None, "dept_path": "", "incomplete": False,
        "created_at": now, "created_by": None, "updated_at": now, "updated_by": None, "rev": rev, "deleted_at": None,
        "s1": "a1\x01A1", "n1": 620000.5,
    }  # fmt: skip
    history = {
        "tenant_id": current_tenant(), "record_id": id, "rev": rev, "app_id": APP, "form": "visit", "release": 1,
        "type": "created", "actor_id": None, "at": now, "old": {}, "new": {"code": "A1"}, "run_id": None, "batch": None,
    }  # fmt: skip
    kind = "updated" if expected else "created"
    event, dispatch = events.rows(Event(new_id(), current_tenant(), APP, "visit", id, rev, 1, kind, None, now))
    rows = {"record_rev": history, "event": event, "dispatch": dispatch or {}}
    return Write(**({"record": row, "rows": rows, "expected": expected, "added": BESIDE} | changed))


def count(table: Any) -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(table).where(table.c.tenant_id == current_tenant())) or 0


ALL = (
    record,
    record_rev,
    record_link,
    record_unique,
    record_value,
    events.EventRow.__table__,
    events.Dispatch.__table__,
)


def test_a_record_is_written_with_all_that_stands_beside_it(tenant_id: str) -> None:
    sql_write.write(a_write())
    assert [count(table) for table in ALL] == [1, 1, 1, 1, 2, 1, 1]
    row = db.session.execute(select(record.c.data, record.c.n1)).one()
    assert row.data == {"code": "A1", "amount": Decimal("620000.50")}
    assert row.n1 == 620000.5


def test_an_update_at_the_expected_rev_replaces_what_changed(tenant_id: str) -> None:
    first = a_write()
    sql_write.write(first)
    added, removed = Beside(values=frozenset({("topics", "service")})), Beside(values=frozenset({("topics", "price")}))
    sql_write.write(a_write(first.record["id"], expected=1, added=added, removed=removed))
    assert set(db.session.scalars(select(record_value.c.value))) == {"product", "service"}
    assert db.session.scalar(select(record.c.rev)) == 2


def test_t41_an_old_rev_loses_and_writes_nothing(tenant_id: str) -> None:
    first = a_write()
    sql_write.write(first)
    with pytest.raises(LostRace):
        sql_write.write(a_write(first.record["id"], expected=7, added=Beside()))
    assert [count(table) for table in ALL] == [1, 1, 1, 1, 2, 1, 1]


def test_a_taken_unique_key_names_its_field_and_writes_nothing(tenant_id: str) -> None:
    sql_write.write(a_write())
    with pytest.raises(sql_write.Taken) as caught:
        sql_write.write(a_write())
    assert caught.value.fields == ("code",)
    assert [count(table) for table in ALL] == [1, 1, 1, 1, 2, 1, 1]


def test_a_repeated_idempotency_key_is_told_from_a_taken_one(tenant_id: str) -> None:
    def keyed() -> Write:
        write = a_write(added=Beside())
        row = {
            "tenant_id": tenant_id, "holder": "m", "key": "k", "digest": "d", "record_id": write.record["id"],
            "rev": 1, "created_at": utc_now(),
        }  # fmt: skip
        return Write(write.record, {**write.rows, "idempotency": row})

    sql_write.write(keyed())
    with pytest.raises(sql_write.Repeated):
        sql_write.write(keyed())
    assert count(idempotency) == count(record) == 1


def test_inside_a_transaction_a_taken_key_spoils_nothing_else(tenant_id: str) -> None:
    with transaction():
        sql_write.write(a_write())
        with pytest.raises(sql_write.Taken):
            sql_write.write(a_write())
        sql_write.write(a_write(added=Beside()))
    assert count(record) == 2


def test_what_is_written_inside_a_transaction_goes_when_that_is_undone(tenant_id: str) -> None:
    def failing() -> None:
        with transaction():
            sql_write.write(a_write())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert [count(table) for table in ALL] == [0] * 7


def test_another_tenant_sees_no_row(app: Flask, tenant_id: str) -> None:
    sql_write.write(a_write())
    with tenant(new_id()):
        for table in ALL[:-1]:
            assert db.session.execute(select(table)).all() == [] or db.engine.dialect.name == "sqlite"


def test_the_statement_of_one_shape_is_built_once(tenant_id: str) -> None:
    sql_write.statement.cache_clear()
    for write in (a_write(), a_write()):
        sql_write.compiled(write)
    assert sql_write.statement.cache_info().misses == 1
