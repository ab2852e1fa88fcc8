"""Answers made to break things."""

from collections.abc import Iterator, KeysView
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.answers import PROTECTED, compile_form, read

TEXT = {"type": "string"}
FORM = compile_form({"key": "f", "schema": {"type": "object", "properties": {
    "t": {**TEXT, "title": "T"},
    "n": {"type": "number"},
    "i": {"type": "integer", "multipleOf": 3},
    "day": {"type": "string", "format": "date"},
    "at": {"type": "string", "format": "date-time"},
    "money": {"type": "number", "x-currency": "CNY", "x-scale": 2},
    "w": {"type": "array", "uniqueItems": True, "items": {"enum": ["x", "y"]}},
    "g": {"type": "object", "properties": {"x": {"type": "object"}}},
    "any": {"title": "anything"},
    "double": {"type": "number", "x-formula": "record.n * 2"},
}, "dependentSchemas": {"t": {"properties": {"more": TEXT}}}}})  # fmt: skip


def found(answers: Any, **more: Any) -> list[tuple[str, str]]:
    return [(each.pointer, each.keyword) for each in read(FORM, answers, **more).problems]


def nested(depth: int, kind: str) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if kind == "list" else {"x": value}
    return value


@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("name", ["g", "any", "w"])
def test_t05_answers_nested_three_thousand_deep_are_a_problem_and_no_crash(kind: str, name: str):
    for more in ({}, {"before": {"g": {"x": {}}}}):
        reading = read(FORM, {name: nested(3000, kind)}, **more)
        assert [(each.pointer, each.keyword) for each in reading.problems] == [(f"/{name}", "depth")]
        assert name not in reading.data or more


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "x" * 10 + "\udfff"])
def test_t05_text_no_database_can_keep_is_refused(value: str):
    assert found({"t": value}) == [("/t", "text")]
    assert found({"any": [{"k": value}]}) == [("/any", "text")]


@pytest.mark.parametrize(
    "value",
    [
        *(Decimal(text) for text in ("NaN", "sNaN", "Infinity", "1E+1000000", "1E-1000000", "0." + "3" * 500)),
        float("inf"),
        10**4000,
    ],
)
@pytest.mark.parametrize("name", ["n", "i", "money", "any"])
def test_t05_numbers_out_of_all_bounds_are_refused(name: str, value: Any):
    reading = read(FORM, {name: value})
    assert [(each.pointer, each.keyword) for each in reading.problems] == [(f"/{name}", "number")]
    assert reading.data == {}


@pytest.mark.parametrize("value", [[], {}, ["x"], {"x": 1}, True, None, 5, "text", Decimal("1.5")])
@pytest.mark.parametrize("name", list(FORM.fields))
def test_t05_a_value_of_another_kind_is_a_problem_and_no_crash(name: str, value: Any):
    reading = read(FORM, {name: value})
    assert all(each.pointer.startswith(f"/{name}") for each in reading.problems)


@pytest.mark.parametrize(
    "value", ["'; DROP TABLE record; --", "%_\\", "<img onerror=alert(1)>", "{{7*7}}", "=1+1", "\u202e"]
)
def test_t05_texts_that_mean_something_elsewhere_are_kept_as_they_are(value: str):
    assert read(FORM, {"t": value}).data["t"] == value


def test_t05_more_than_a_million_bytes_are_refused():
    assert found({"t": "x" * 1_000_001}) == [("", "maxLength")]
    assert read(FORM, {"t": "x" * 1_000_001}).data == {}


def test_t05_many_small_changes_do_not_grow_a_record_without_end():
    assert found({"t": "x" * 600_000}, before={"any": "y" * 600_000}) == [("", "maxLength")]


@pytest.mark.parametrize("answers", [None, [], "text", 5, [{"t": "x"}]])
def test_t05_answers_that_are_no_object_are_refused(answers: Any):
    assert found(answers) == [("", "type")]


def test_t05_keys_that_are_no_text_are_refused():
    assert found({5: "x"}) == [("", "type")]


@pytest.mark.parametrize("name", sorted(PROTECTED))
def test_t09_what_the_system_keeps_cannot_be_set(name: str):
    assert found({name: "x"}) == [(f"/{name}", "protected")]
    assert found({name: None}, before={"t": "x"}) == [(f"/{name}", "protected")]


@pytest.mark.parametrize("name", ["is_admin", "__proto__", "constructor", "T", "t ", "", "a/b~c", "x" * 5000])
def test_t09_a_name_the_form_does_not_have_is_refused(name: str):
    escaped = name.replace("~", "~0").replace("/", "~1")
    assert found({name: "x"}) == [("/" + escaped, "unknown")]


def test_t32_a_pattern_that_backtracks_for_hours_elsewhere_is_answered_at_once():
    f = compile_form({"key": "f", "schema": {"properties": {"t": {"type": "string", "pattern": "^(a+)+$"}}}})
    assert [each.keyword for each in read(f, {"t": "a" * 50_000 + "!"}).problems] == ["pattern"]
    assert not read(f, {"t": "a" * 50_000}).problems


def test_t44_a_long_list_of_groups_is_compared_in_one_go():
    items = {"type": "array", "uniqueItems": True}
    f = compile_form({"key": "f", "schema": {"properties": {"l": items}}})
    groups = [{"k": number} for number in range(20_000)]
    assert not read(f, {"l": groups}).problems
    assert [each.keyword for each in read(f, {"l": [*groups, {"k": 7}]}).problems] == ["uniqueItems"]


class Sent(dict[str, Any]):
    """Answers that count how often all their names are gone through."""

    gone_through = 0

    def keys(self) -> Any:
        sent = self

        class Names(KeysView[str]):
            def __iter__(self) -> Iterator[str]:
                sent.gone_through += 1
                return super().__iter__()

        return Names(self)


def test_t44_many_names_that_are_none_are_not_gone_through_for_each_of_them():
    few, many = (Sent({f"f{number}": 1 for number in range(size)}) for size in (10, 1_000))
    for sent in (few, many):
        assert len(read(FORM, sent, before={}).problems) == len(sent)
    assert few.gone_through == many.gone_through


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=20),
              st.sampled_from(["2026-01-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59", "x"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=8,
)  # fmt: skip
names = st.one_of(st.sampled_from([*FORM.fields, *PROTECTED]), st.text(max_size=10))


@settings(max_examples=200)
@given(st.dictionaries(names, json_values, max_size=6), st.dictionaries(names, json_values, max_size=6))
def test_t05_reading_never_raises_whatever_is_sent(answers: Any, patch: Any):
    reading = read(FORM, answers)
    again = read(FORM, patch, before={} if reading.problems else reading.data)
    for each in (*reading.problems, *again.problems, *again.older):
        assert str(each.message)
        assert each.pointer == "" or each.pointer.startswith("/")
