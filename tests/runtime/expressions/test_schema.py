from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.expressions import Linked, json_of, record_scope, type_of, value_of

CHOICE = {"type": "string", "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]}
FIELDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": ["null", "integer"]},
    "money": {"type": "number", "x-currency": "CNY", "x-scale": 2},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "format": "duration"},
    "yes_no": {"type": "boolean"},
    "choice": CHOICE,
    "enum": {"enum": ["a", "b"]},
    "choices": {"type": "array", "uniqueItems": True, "items": CHOICE},
    "person": {"type": "string", "x-ref": {"person": True}},
    "link": {"type": "string", "x-ref": {"form": "customer"}},
    "file": {"type": "array", "items": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    "formula": {"type": "number", "x-formula": "record.number * 2"},
    "free": {},
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", "text"), ("number", "number"), ("integer", "number"), ("money", "number"), ("date", "date"),
        ("datetime", "datetime"), ("duration", "duration"), ("yes_no", "boolean"),
        ("choice", "text"), ("enum", "text"),
        ("choices", "list"), ("person", "text"), ("link", "text"), ("file", "list"),
        ("formula", "number"), ("free", "any"),
    ],
)  # fmt: skip
def test_the_type_of_each_kind_of_field(name: str, kind: str) -> None:
    assert type_of(FIELDS[name]).kind == kind


def test_choices_people_and_files_say_more() -> None:
    assert type_of(CHOICE).choices == {"a", "b"}
    assert set(type_of(FIELDS["person"]).fields or ()) == {"id", "name", "department"}
    size = (type_of(FIELDS["file"]).item or type_of({})).fields or {}
    assert size["size"].kind == "number"


def test_a_record_has_its_fields_and_what_every_record_has() -> None:
    fields = record_scope({**FIELDS, "owner": {"type": "number"}, "rev": {"type": "string"}}).fields or {}
    assert fields["money"].kind == "number"
    assert fields["created_at"].kind == "datetime"
    assert fields["owner"].kind == "text", "rights depend on it: no field takes its place"


VALUES: list[tuple[str, Any, Any]] = [
    ("text", "x", "x"),
    ("integer", 3, Decimal(3)),
    ("money", Decimal("1.50"), Decimal("1.50")),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("datetime", "2024-02-29T16:30:00Z", datetime(2024, 2, 29, 16, 30, tzinfo=UTC)),
    ("duration", "P1DT43200S", timedelta(hours=36)),
    ("duration", "-PT0.5S", timedelta(seconds=-0.5)),
    ("yes_no", False, False),
    ("choices", ["a"], ["a"]),
    ("file", [{"size": 3, "id": "f"}], [{"size": Decimal(3), "id": "f"}]),
    ("free", {"a": [1]}, {"a": [Decimal(1)]}),
    ("text", None, None),
]


@pytest.mark.parametrize(("name", "json", "value"), VALUES)
def test_values_come_from_json_and_go_back(name: str, json: Any, value: Any) -> None:
    found = value_of(FIELDS[name], json)
    assert (type(found), found) == (type(value), value)
    assert json_of(found) == json


@pytest.mark.parametrize(
    ("name", "json"),
    [("date", "2024-02-30"), ("date", ""), ("datetime", "soon"), ("duration", "P"), ("duration", "PT1.2.3S")],
)
def test_what_does_not_fit_stays_text(name: str, json: str) -> None:
    assert value_of(FIELDS[name], json) == json


def test_whole_numbers_go_out_as_int_and_moments_in_utc() -> None:
    assert json_of([Decimal("3.00"), Decimal("2.5")]) == [3, Decimal("2.5")]
    assert type(json_of(Decimal("3.00"))) is int
    assert json_of(datetime(2024, 3, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))) == "2024-03-01T00:00:00Z"
    assert json_of(Linked("m1", {"name": "Li"})) == "m1"


@given(st.timedeltas())
def test_durations_survive_the_way_through_json(value: timedelta) -> None:
    assert value_of(FIELDS["duration"], json_of(value)) == value


@given(st.sampled_from(list(FIELDS)), st.text(max_size=30))
def test_any_text_can_be_the_value_of_any_field(name: str, text: str) -> None:
    assert isinstance(json_of(value_of(FIELDS[name], text)), str)


@pytest.mark.parametrize("broken", [None, 5, [], {"type": "array", "items": None}, {"type": "object", "properties": 3}])
def test_a_schema_that_is_none_has_a_type_all_the_same(broken: Any) -> None:
    assert type_of({"type": "object", "properties": {"a": broken}}).fields is not None
    assert type_of({"type": "array", "items": {"type": "object", "properties": {"a": broken}}}).item is not None
