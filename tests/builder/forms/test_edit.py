"""What an admin does to a form document."""

from copy import deepcopy

import pytest

from builder.forms.edit import NoSuchField, add, blank, change, copy, is_required, move, names, remove, schema_of, step
from builder.forms.palette import KINDS
from runtime import documents

FORM = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访记录",
    "schema": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "number"}, "c": {"type": "boolean"}},
        "required": ["b"],
        "allOf": [{"if": {"required": ["a"]}, "then": {"properties": {"d": {"type": "string"}}, "required": ["d"]}}],
    },
    "ui": {"a": {"ui:widget": "textarea"}},
}


def fields(form: dict) -> list[str]:
    return list(form["schema"]["properties"])


def test_a_new_field_comes_where_it_was_dropped() -> None:
    form, name = add(FORM, "money", "金额", before="b")
    assert fields(form) == ["a", name, "b", "c"]
    assert schema_of(form, name) == {"type": "number", "title": "金额", "x-currency": "CNY", "x-scale": 2}


def test_a_new_field_never_takes_a_name_that_is_or_was_used() -> None:
    form = deepcopy(FORM) | {"retired": ["text_1"]}
    form, first = add(form, "text", "一")
    form, second = add(form, "text", "二")
    assert [first, second] == ["text_2", "text_3"]


def test_a_field_moves_into_a_rule_and_stays_required() -> None:
    form = move(FORM, "b", "d", 0)
    then = form["schema"]["allOf"][0]["then"]
    assert list(then["properties"]) == ["b", "d"]
    assert sorted(then["required"]) == ["b", "d"]
    assert form["schema"]["required"] == []


def test_a_field_dropped_on_its_own_place_changes_nothing_else() -> None:
    assert move(FORM, "b", "c", None)["schema"] == FORM["schema"]


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [("b", -1, ["b", "a", "c"]), ("b", 1, ["a", "c", "b"]), ("a", -1, ["a", "b", "c"]), ("c", 1, ["a", "b", "c"])],
)
def test_the_move_buttons_step_by_one_and_stop_at_the_ends(name: str, by: int, order: list[str]) -> None:
    assert fields(step(FORM, name, by)) == order


def test_a_copy_follows_its_pattern_and_looks_like_it() -> None:
    form, twin = copy(FORM, "a")
    assert fields(form) == ["a", twin, "b", "c"]
    assert form["ui"][twin] == {"ui:widget": "textarea"}


def test_a_changed_field_keeps_its_place_and_name() -> None:
    form = change(FORM, "b", {"type": "number", "title": "数"}, {}, required=False)
    assert fields(form) == ["a", "b", "c"]
    assert not is_required(form, "b")


def test_a_removed_field_leaves_nothing_behind() -> None:
    form = remove(remove(FORM, "a"), "b")
    assert names(form) == ["c", "d"]
    assert form["schema"]["required"] == []
    assert form["ui"] == {}


def test_an_explicit_order_follows_a_move() -> None:
    form = deepcopy(FORM)
    form["ui"]["ui:order"] = ["c", "a", "*"]
    assert move(form, "a", "c", None)["ui"]["ui:order"] == ["a", "c", "*"]


def test_a_field_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(NoSuchField):
        move(FORM, "zz", None, None)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"link"}))
def test_every_kind_of_the_palette_makes_a_sound_document(kind: str) -> None:
    form, _ = add(blank("visit", "拜访"), kind, "一")
    assert documents.check("form", form) == []
