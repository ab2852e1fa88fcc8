from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runtime.permissions import ALL_ROWS, NO_ROWS, Asked, holds, row

RECORD = row(
    {
        "name": "Li & Co",
        "amount": Decimal("12.50"),
        "vip": False,
        "due": "2024-03-01",
        "seen": "2024-02-29T16:30:00Z",
        "tags": ["a", "b"],
        "cleared": "",
        "files": [],
    },
    id="r1",
    owner_id="m1",
    dept_path="top/north/",
)
ASKED = Asked({"seen": {"format": "date-time"}}, date(2024, 3, 1), ZoneInfo("Asia/Shanghai"), "m1")


@pytest.mark.parametrize(
    ("field", "op", "value", "taken"),
    [
        ("name", "eq", "Li & Co", True), ("name", "eq", "li & co", False), ("name", "ne", "x", True),
        ("name", "in", ["x", "Li & Co"], True), ("name", "nin", ["x"], True), ("name", "in", [], False),
        ("name", "contains", "&", True), ("name", "starts", "Li", True), ("name", "starts", "Co", False),
        ("name", "like", "LI &", True), ("name", "like", "lo", False), ("name", "contains", "LI", False),
        ("name", "gt", "A", True), ("name", "empty", None, False), ("name", "nempty", None, True),
        ("amount", "eq", Decimal("12.5"), True), ("amount", "gte", 12, True), ("amount", "lt", 12, False),
        ("amount", "between", [12, 13], True), ("amount", "between", [13, 14], False), ("amount", "eq", "12.5", False),
        ("vip", "eq", False, True), ("vip", "eq", 0, False), ("vip", "ne", True, True),
        ("due", "gt", "2024-02-29", True), ("due", "eq", {"days": 0}, True), ("due", "gte", {"weeks": -1}, True),
        ("due", "lt", {"months": -1}, False), ("due", "gt", {"years": -1}, True),
        ("seen", "eq", "2024-03-01", True), ("seen", "eq", "2024-02-29", False), ("seen", "gt", {"days": -1}, True),
        ("seen", "lte", "2024-03-01", True), ("seen", "lt", "2024-02-29T16:30:01Z", True),
        ("tags", "contains", "a", True), ("tags", "in", ["b", "c"], True), ("tags", "nin", ["c"], True),
        ("cleared", "empty", None, True), ("files", "empty", None, True), ("nothing", "nempty", None, False),
        ("owner", "eq", "m1", True), ("record.owner", "eq", "m1", True), ("owner", "eq", {"me": True}, True),
        ("department", "under", "top/", True), ("department", "under", "top/north/", True),
        ("department", "under", "top/n", True), ("department", "under", "top/south/", False),
        ("department", "eq", "north", True), ("department", "eq", "top", False),
        ("department", "eq", "top/north/", True),
    ],
)  # fmt: skip
def test_a_test_of_one_field(field: str, op: str, value: Any, taken: bool) -> None:
    assert holds({"field": field, "op": op, "value": value}, RECORD, ASKED) is taken


@pytest.mark.parametrize("op", ["eq", "gt", "gte", "lt", "lte", "in", "contains", "like", "starts"])
def test_no_positive_test_takes_an_empty_field(op: str) -> None:
    assert not holds({"field": "nothing", "op": op, "value": ["a"] if op == "in" else "a"}, RECORD)


@pytest.mark.parametrize("op", ["ne", "nin"])
def test_the_opposite_tests_take_an_empty_field(op: str) -> None:
    assert holds({"field": "nothing", "op": op, "value": ["a"] if op == "nin" else "a"}, RECORD)


def test_under_no_department_takes_nothing() -> None:
    assert not holds({"field": "department", "op": "under", "value": ""}, RECORD)
    assert not holds({"field": "department", "op": "under", "value": "top/"}, row({}, "r", None, ""))


def test_and_or_not() -> None:
    assert holds({"and": [ALL_ROWS, {"not": NO_ROWS}, {"or": [NO_ROWS, ALL_ROWS]}]}, RECORD)
    assert not holds({"and": [ALL_ROWS, NO_ROWS]}, RECORD)


@pytest.mark.parametrize("filter", [{}, {"field": "name"}, {"field": "name", "op": "resembles", "value": "x"}])
def test_what_is_no_filter_is_never_silently_true(filter: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="this is no filter"):
        holds(filter, RECORD)


def test_answers_cannot_pretend_to_be_the_records_owner_or_department() -> None:
    forged = row({"owner": "m2", "department": "top/", "id": "x"}, "r1", "m1", "top/north/")
    assert (forged["owner"], forged["department"], forged["id"]) == ("m1", "top/north/", "r1")
