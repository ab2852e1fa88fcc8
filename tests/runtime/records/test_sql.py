"""SQL and the pure evaluator give the same answer to every filter, on either database, with and without slots."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from runtime.db import db, new_id, utc_now
from runtime.permissions import Asked, holds, row
from runtime.records.filters import OPS, Columns, Reader, filter_of, kind_of
from runtime.records.models import record, record_value
from runtime.records.slots import assign, slot_values
from runtime.records.sql import Compiler, of_form

APP, DEPARTMENTS = new_id(), ["", "d1/", "d1/d2/", "d3/"]
PEOPLE = [new_id() for _ in range(3)]
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 15, 20, 0, tzinfo=UTC)
TEXTS = ["张三", "章三", "Alice", "alice", "a", "%", "_\\", "'; --", "é", "长" * 120, "长" * 120 + "x", "\x01", "z{"]
SCHEMAS: dict[str, Any] = {
    "name": {"type": "string"},
    '引"号': {"type": "string"},
    "amount": {"type": "number"},
    "joins": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "at": {"type": "string", "format": "date-time"},
    "who": {"type": "string", "x-ref": {"person": True}},
    "topics": {"type": "array", "items": {"type": "string"}},
}
DAYS = [f"2026-03-{day:02}" for day in range(10, 20)] + ["2024-02-29"]
MOMENTS = [f"2026-03-{day}T{hour}:00:00Z" for day in (14, 15, 16) for hour in ("00", "15", "16", "17")]
VALUES: dict[str, list[Any]] = {
    "name": TEXTS, '引"号': TEXTS, "amount": [0, -1, Decimal("0.1"), Decimal("620000.50"), 10**20, 7],
    "joins": [True, False], "day": DAYS, "at": MOMENTS, "who": PEOPLE, "topics": ["a", "b", "c"],
}  # fmt: skip


def a_record(source: random.Random) -> dict[str, Any]:
    data = {name: source.choice(values) for name, values in VALUES.items() if source.random() < 0.7}
    if "topics" in data:
        data["topics"] = source.sample(VALUES["topics"], source.randint(1, 3))
    return data


@pytest.fixture
def rows(tenant_id: str) -> list[dict[str, Any]]:
    """Sixty records in the database, and as the evaluator sees them."""
    source, slots, seen = random.Random(7), assign(SCHEMAS, [], {}, ready=True), []
    for _ in range(60):
        id, data, owner = new_id(), a_record(source), source.choice([None, *PEOPLE])
        path, now = source.choice(DEPARTMENTS), utc_now()
        fixed = {"tenant_id": tenant_id, "id": id, "app_id": APP, "form": "f", "release": 1, "data": data, "rev": 1}
        moving = {"owner_id": owner, "dept_path": path, "incomplete": False, "created_at": now, "updated_at": now}
        db.session.execute(insert(record), fixed | moving | slot_values(data, slots))
        for value in data.get("topics", ()):
            many = {"tenant_id": tenant_id, "record_id": id, "field": "topics", "value": value}
            db.session.execute(insert(record_value), many)
        seen.append(row(data, id, owner, path))
    db.session.commit()
    return seen


def value_for(name: str, op: str) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any] = st.sampled_from(VALUES.get(name) or PEOPLE)
    kind = kind_of(SCHEMAS.get(name, {"x-ref": 1}))
    if kind in ("date", "datetime"):
        units = st.sampled_from(["days", "weeks", "months", "years"])
        one = one | st.sampled_from(DAYS) | st.builds(lambda unit, n: {unit: n}, units, st.integers(-40, 3))
    if name == "department":
        one = st.sampled_from([*DEPARTMENTS, "d2"] if op != "under" else DEPARTMENTS)
    elif kind == "ref":
        one = one | st.just({"me": True})
    if kind == "text" and op in ("contains", "like", "starts"):
        one = one | st.sampled_from(["三", "张", "zhang", "A", "长长", "长" * 110])
    if op in ("in", "nin"):
        return st.lists(one, max_size=3)
    return st.tuples(one, one).map(list) if op == "between" else one


@st.composite
def one_test(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from([*SCHEMAS, "owner", "department"]))
    kind = {"owner": "ref", "department": "department"}.get(name) or kind_of(SCHEMAS[name])
    op = draw(st.sampled_from(sorted(OPS[kind])))  # type: ignore[index]
    return {"field": name, "op": op} if op in ("empty", "nempty") else {
        "field": name, "op": op, "value": draw(value_for(name, op)),
    }  # fmt: skip


FILTERS = st.recursive(
    one_test(),
    lambda inner: (
        st.builds(lambda parts, word: {word: parts}, st.lists(inner, max_size=3), st.sampled_from(["and", "or"]))
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=5,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(filter=FILTERS, slotted=st.booleans())
def test_sql_takes_the_records_the_pure_evaluator_takes(rows: list[dict[str, Any]], filter: Any, slotted: bool) -> None:
    columns = Columns(SCHEMAS, frozenset(SCHEMAS))
    slots = assign(SCHEMAS, [], {}, ready=slotted)
    compiler = Compiler(columns, slots, db.engine.dialect.name)
    condition = compiler.condition(filter_of(filter, columns, Reader(NOW, "Asia/Shanghai", PEOPLE[0])))
    found = set(db.session.scalars(select(record.c.id).where(of_form(APP, "f"), condition)))
    asked = Asked(SCHEMAS, date(2026, 3, 16), ZONE, PEOPLE[0])
    assert found == {one["id"] for one in rows if holds(filter, one, asked)}
