"""Conditions drawn as chips and written back."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry

from builder.forms.conditions import draw, fields_in, write

TYPE = "customer_type"


@pytest.mark.parametrize(
    ("schema", "tree"),
    [
        (
            {"properties": {TYPE: {"const": "hospital"}}, "required": [TYPE]},
            {"field": TYPE, "op": "eq", "value": "hospital"},
        ),
        (
            {"properties": {"a": {"minimum": 3}, "b": {"enum": [1, 2]}}, "required": ["a", "b"]},
            {"all": [{"field": "a", "op": "gte", "value": 3}, {"field": "b", "op": "in", "value": [1, 2]}]},
        ),
        ({"not": {"required": ["a"]}}, {"field": "a", "op": "empty"}),
        ({"required": ["a"]}, {"field": "a", "op": "nempty"}),
        (
            {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"not": {"const": 1}}}, "required": ["b"]}]},
            {"any": [{"field": "a", "op": "nempty"}, {"field": "b", "op": "ne", "value": 1}]},
        ),
        (
            {"properties": {"tags": {"contains": {"const": "vip"}}}, "required": ["tags"]},
            {"field": "tags", "op": "contains", "value": "vip"},
        ),
    ],
)
def test_a_condition_is_drawn_as_people_would_say_it(schema: dict, tree: dict) -> None:
    assert draw(schema) == tree


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"properties": {"a": {"const": 1}}},
        {"properties": {"a": {"minimum": 1, "maximum": 2}}, "required": ["a"]},
        {"oneOf": [{"required": ["a"]}]},
        {"allOf": [{"required": ["a"]}, {"$ref": "#/x"}]},
        {"properties": {"a": {"pattern": "x"}}, "required": ["a"]},
    ],
)
def test_a_condition_that_chips_cannot_show_is_left_to_the_text_view(schema: object) -> None:
    assert draw(schema) is None


comparisons = st.one_of(
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from("abc"),
        st.sampled_from(["eq", "ne", "contains"]),
        st.one_of(st.integers(0, 3), st.sampled_from(["x", "y"])),
    ),
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from("abc"),
        st.sampled_from(["gt", "gte", "lt", "lte"]),
        st.integers(0, 3),
    ),
    st.builds(
        lambda field, op: {"field": field, "op": op}, st.sampled_from("abc"), st.sampled_from(["empty", "nempty"])
    ),
)
trees = st.recursive(
    comparisons,
    lambda inner: st.builds(
        lambda word, parts: {word: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=6,
)
answers = st.dictionaries(
    st.sampled_from("abc"), st.one_of(st.integers(0, 4), st.sampled_from(["x", "y"]), st.lists(st.sampled_from("xy")))
)


@given(trees)
def test_what_is_written_can_be_drawn_again(tree: dict) -> None:
    assert draw(write(tree)) == tree


@given(trees, answers)
def test_drawing_and_writing_keeps_the_meaning(tree: dict, data: dict) -> None:
    once, again = write(tree), write(draw(write(tree)))
    verdicts = {jsonschema.Draft202012Validator(schema, registry=Registry()).is_valid(data) for schema in (once, again)}
    assert len(verdicts) == 1


def test_the_fields_a_condition_asks_about_are_named_once() -> None:
    both = {"all": [{"field": "a", "op": "nempty"}, {"field": "b", "op": "eq", "value": 1}]}
    tree = {"any": [{"field": "b", "op": "empty"}, both]}
    assert fields_in(tree) == ["b", "a"]
