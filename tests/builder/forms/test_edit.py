"""What an admin does to a form document."""

from copy import deepcopy

import pytest

from builder.forms.edit import (
    NoSuchField,
    add,
    blank,
    change,
    differing,
    is_required,
    move,
    names,
    remove,
    schema_of,
    step,
)
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
    form, first = add(FORM, "text", "一", taken=["text_1"])
    _, second = add(form, "text", "二", taken=["text_1"])
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
    [("b", -1, ["b", "a", "c"]), ("b", 1, ["a", "c", "b"]), ("a", -1, ["a", "b", "c"]), ("c", 1, ["a", "b"])],
)
def test_the_move_buttons_step_by_one_and_stop_at_the_beginning(name: str, by: int, order: list[str]) -> None:
    assert fields(step(FORM, name, by)) == order


def test_a_step_beyond_the_end_leads_into_the_next_rule_and_back() -> None:
    form = step(FORM, "c", 1)
    assert list(form["schema"]["allOf"][0]["then"]["properties"]) == ["c", "d"]
    assert step(form, "c", -1) == FORM | {"schema": form["schema"] | {"properties": FORM["schema"]["properties"],
        "allOf": FORM["schema"]["allOf"]}}  # fmt: skip


def test_no_step_leads_into_a_rule_that_asks_about_the_field_itself() -> None:
    form = move(FORM, "a", None, None)
    assert step(form, "a", 1) == form


def test_what_a_change_shows_is_the_first_question_that_differs() -> None:
    assert differing(FORM, step(FORM, "c", 1)) == "field:c"
    assert differing(FORM, FORM | {"title": "别的"}) == ""


def test_a_changed_field_keeps_its_place_and_name() -> None:
    form = change(FORM, "b", {"type": "number", "title": "数"}, {}, required=False)
    assert fields(form) == ["a", "b", "c"]
    assert not is_required(form, "b")


def test_a_removed_field_leaves_nothing_behind() -> None:
    form = remove(FORM, ["a", "b"])
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
