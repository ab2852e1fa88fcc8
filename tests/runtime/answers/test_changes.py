"""A change to a record: a merge patch, refused only for what it brings or touches."""

from typing import Any

import pytest

from runtime.answers import compile_form, read

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def form(properties: dict[str, Any], **more: Any) -> Any:
    return compile_form({"key": "f", "schema": {"type": "object", "properties": properties, **more}})


def found(problems: Any) -> list[tuple[str, str]]:
    return [(each.pointer, each.keyword) for each in problems]


GROUP = {"type": "object", "properties": {"x": NUMBER, "y": NUMBER}}
ABC = form({"any": {}, "a": TEXT, "b": TEXT, "n": NUMBER, "g": GROUP, "l": {"type": "array", "items": NUMBER}})


@pytest.mark.parametrize(
    ("before", "patch", "after", "changed"),
    [
        ({"a": "1"}, {}, {"a": "1"}, ()),
        ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}, ("b",)),
        ({"a": "1", "b": "2"}, {"a": None}, {"b": "2"}, ("a",)),
        ({"a": "1"}, {"a": ""}, {}, ("a",)),
        ({"a": "1"}, {"a": "1"}, {"a": "1"}, ()),
        ({"n": 1}, {"n": 1.0}, {"n": 1}, ()),
        ({"any": 1}, {"any": True}, {"any": True}, ("any",)),
        ({"any": [0, {"k": 1}]}, {"any": [0, {"k": True}]}, {"any": [0, {"k": True}]}, ("any",)),
        ({"any": [0, {"k": 1}]}, {"any": [0, {"k": 1.0}]}, {"any": [0, {"k": 1}]}, ()),
        ({"g": {"x": 1, "y": 2}}, {"g": {"x": None, "y": 3}}, {"g": {"y": 3}}, ("g",)),
        ({"a": "1"}, {"g": {"x": 1, "y": None}}, {"a": "1", "g": {"x": 1}}, ("g",)),
        ({"l": [1, 2]}, {"l": [3]}, {"l": [3]}, ("l",)),
        ({"l": [1, 2]}, {"l": []}, {}, ("l",)),
    ],
)
def test_a_merge_patch_changes_what_it_names(before: Any, patch: Any, after: Any, changed: Any):
    reading = read(ABC, patch, before=before)
    assert (reading.data, reading.changed, reading.problems) == (after, changed, ())


def test_what_was_before_is_left_as_it_was():
    before = {"g": {"x": 1}}
    read(ABC, {"g": {"x": 2}}, before=before)
    assert before == {"g": {"x": 1}}


STRICT = form({"a": TEXT, "b": TEXT, "n": {**NUMBER, "minimum": 10}}, required=["a", "b"])


def test_an_older_problem_does_not_refuse_a_change_elsewhere_but_marks_the_record():
    reading = read(STRICT, {"a": "new"}, before={"a": "old", "n": 1})
    assert reading.problems == ()
    assert found(reading.older) == [("/b", "required"), ("/n", "minimum")]
    assert reading.incomplete


def test_a_touched_field_has_to_be_right_even_if_it_was_wrong_before():
    assert found(read(STRICT, {"n": 2}, before={"a": "1", "b": "2", "n": 1}).problems) == [("/n", "minimum")]
    assert found(read(STRICT, {"b": None}, before={"a": "1", "n": 10}).problems) == [("/b", "required")]


def test_a_problem_the_change_brings_elsewhere_refuses_it():
    f = form(
        {"a": TEXT, "n": NUMBER},
        **{"if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
           "then": {"properties": {"b": TEXT, "n": {"maximum": 5}}, "required": ["b"]}},
    )  # fmt: skip
    reading = read(f, {"a": "x"}, before={"a": "y", "n": 6})
    assert found(reading.problems) == [("/b", "required"), ("/n", "maximum")]


def test_a_check_is_touched_through_any_field_it_reads():
    f = form({"a": NUMBER, "b": {**NUMBER, "x-check": "record.a < record.b"}, "c": NUMBER})
    before = {"a": 2, "b": 1}
    assert found(read(f, {"a": 3}, before=before).problems) == [("/b", "x-check")]
    reading = read(f, {"c": 1}, before=before)
    assert (found(reading.problems), found(reading.older)) == ([], [("/b", "x-check")])


def test_a_change_that_heals_leaves_the_record_complete():
    reading = read(STRICT, {"b": "2", "n": 10}, before={"a": "1", "n": 1})
    assert (reading.problems, reading.older, reading.incomplete) == ((), (), False)


def test_folding_by_a_change_drops_the_folded_answer():
    f = form(
        {"a": TEXT},
        **{"if": {"properties": {"a": {"const": "x"}}, "required": ["a"]}, "then": {"properties": {"b": TEXT}}},
    )
    reading = read(f, {"a": "y"}, before={"a": "x", "b": "1"})
    assert (reading.data, reading.changed) == ({"a": "y"}, ("a", "b"))


def test_values_of_fields_that_are_no_more_stay_with_the_record():
    reading = read(ABC, {"a": "2"}, before={"a": "1", "retired": "still here"})
    assert (reading.data, reading.changed) == ({"a": "2", "retired": "still here"}, ("a",))
    assert found(read(ABC, {"retired": None}, before={"retired": "x"}).problems) == [("/retired", "unknown")]


# --- lenient -----------------------------------------------------------------------------------


def test_a_lenient_reading_keeps_what_can_be_kept_and_marks_the_record():
    reading = read(STRICT, {"n": 1}, lenient=True)
    assert (reading.data, reading.problems, reading.incomplete) == ({"n": 1}, (), True)
    assert found(reading.older) == [("/a", "required"), ("/b", "required"), ("/n", "minimum")]


def test_a_lenient_reading_still_refuses_what_has_no_place():
    reading = read(STRICT, {"n": "many", "zz": 1, "id": 2, "a": "nul \0"}, lenient=True)
    assert {each.keyword for each in reading.problems} == {"type", "unknown", "protected", "text"}


def test_a_lenient_reading_without_problems_is_complete():
    assert not read(STRICT, {"a": "1", "b": "2"}, lenient=True).incomplete
