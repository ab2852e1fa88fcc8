"""What a new version changes for stored records."""

from typing import Any

import pytest

from runtime.documents import check_app, compare, refusals, retired_fields

TEXT = {"type": "string"}


def app(*required: str, key: str = "f", **fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields, "required": list(required)}
    form = {"format": "form/1", "key": key, "title": "F", "schema": schema}
    return {"format": "app/1", "key": "a", "title": "A", "forms": [form]}


def changes(old: dict[str, Any], new: dict[str, Any], *earlier: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
    assert check_app(new) == []
    found = compare(old, new, retired_fields(earlier, old))
    return [(one.change, one.field, one.refused) for one in found]


def test_the_same_app_changes_nothing() -> None:
    assert changes(app("a", a=TEXT), app("a", a=TEXT)) == []


def test_a_title_changes_freely() -> None:
    assert changes(app(a=TEXT), app(a={"type": "string", "title": "Other"})) == []


def test_fields_that_come_and_go_are_told() -> None:
    assert changes(app(a=TEXT), app(b=TEXT)) == [("added", "b", False), ("removed", "a", False)]


def test_forms_that_come_and_go_are_told() -> None:
    assert changes(app(a=TEXT), app(a=TEXT, key="g")) == [("form added", None, False), ("form removed", None, False)]


def test_a_field_that_is_required_now_is_told_also_when_only_in_some_cases() -> None:
    assert changes(app(a=TEXT), app("a", a=TEXT)) == [("required", "a", False)]
    sometimes = app(a=TEXT)
    sometimes["forms"][0]["schema"]["allOf"] = [{"if": {"required": ["a"]}, "then": {"required": ["a"]}}]
    assert changes(app(a=TEXT), sometimes) == [("required", "a", False)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TEXT, {"type": "number"}),
        ({"type": "number"}, {"type": "integer"}),
        (TEXT, {"type": "string", "format": "date"}),
        ({"type": "string", "x-ref": {"form": "f"}}, {"type": "string", "x-ref": {"person": True}}),
        ({"type": "array", "items": TEXT}, {"type": "array", "items": {"type": "number"}}),
    ],
)
def test_t13_another_type_for_a_released_name_is_refused(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(app(a=old), app(a=new)) == [("type", "a", True)]
    problems = refusals(compare(app(a=old), app(a=new)))
    assert [(problem.pointer, problem.keyword) for problem in problems] == [("/forms/0/schema/properties/a", "type")]


def test_a_whole_number_may_become_a_number() -> None:
    assert changes(app(a={"type": "integer"}), app(a={"type": "number"})) == []


def test_choices_that_go_are_told_and_those_that_come_are_not() -> None:
    old, new = {"type": "string", "enum": ["x", "y"]}, {"type": "string", "oneOf": [{"const": "x"}, {"const": "z"}]}
    assert changes(app(a=old), app(a=new)) == [("choices", "a", False)]
    assert changes(app(a={"type": "string", "enum": ["x"]}), app(a=old)) == []
    assert changes(app(a=TEXT), app(a=old)) == [("choices", "a", False)]


def test_other_limits_and_formulas_are_told() -> None:
    assert changes(app(a={"type": "number"}), app(a={"type": "number", "maximum": 3})) == [("limits", "a", False)]


def test_a_field_that_has_to_differ_from_now_on_is_said() -> None:
    free, unique = app(a={"type": "string"}), app(a={"type": "string", "x-unique": True})
    assert changes(free, unique) == [("unique", "a", False)]
    assert changes(unique, unique) == changes(unique, free) == []
    assert changes(app(a={"type": "number"}), app(a={"type": "number", "x-formula": "1"})) == [("formula", "a", False)]


def test_t13_a_retired_name_is_refused_until_it_is_restored() -> None:
    first, second = app(a=TEXT, b=TEXT), app(a=TEXT)
    assert changes(second, app(a=TEXT, b=TEXT), first) == [("reused", "b", True)]
    restored = app(a=TEXT, b={"type": "string", "x-restored": True})
    assert changes(second, restored, first) == [("restored", "b", False)]
    other = app(a=TEXT, b={"type": "number", "x-restored": True})
    assert changes(second, other, first) == [("restored", "b", False), ("type", "b", True)]


def test_t13_the_key_of_a_form_that_was_removed_is_refused_until_it_is_restored() -> None:
    first, second = app(a=TEXT), app(a=TEXT, key="g")
    again = {**second, "forms": [*second["forms"], *app(a=TEXT)["forms"]]}
    assert changes(second, again, first) == [("form reused", None, True)]
    again["forms"][1]["x-restored"] = True
    assert changes(second, again, first) == []
