"""The acts of the form designer."""

from typing import Any

import pytest

from builder.forms.acts import Around, carry_out
from builder.forms.edit import names
from runtime.contracts import BadRequest, Conflict
from runtime.db import dumps

FORM = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "schema": {"type": "object", "properties": {name: {"type": "string", "title": name} for name in ("a", "b", "c")}},
}
AROUND = Around(str, "app/visit", "zh-CN", lambda: ["a", "b", "c", "b_1"])


def done(form: Any = FORM, **act: Any) -> tuple[Any, str]:
    return carry_out(form, act, AROUND)


def test_several_questions_are_copied_after_the_last_of_them_under_names_never_used_before() -> None:
    form, chosen = done(op="copy", names=["a", "b"])
    assert names(form) == ["a", "b", "a_1", "b_2", "c"]
    assert chosen == "field:a_1"


def test_t13_what_was_removed_gives_its_name_to_no_new_question() -> None:
    form, _ = done(op="remove", names=["b"])
    form, _ = done(form, op="paste", fragment={"schema": {"properties": {"b": {"type": "string"}}}}, before="c")
    assert names(form) == ["a", "b_2", "c"]


def test_what_was_cut_out_of_a_form_keeps_its_name_when_it_comes_back() -> None:
    form, _ = done(op="remove", names=["b"])
    fragment = {"x-cut": "app/visit", "schema": {"properties": {"b": {"type": "string"}}}}
    assert names(done(form, op="paste", fragment=fragment)[0]) == ["a", "c", "b"]
    assert names(done(op="paste", fragment=fragment)[0]) == ["a", "b", "c", "b_1"]


def ruled() -> dict[str, Any]:
    then = {"properties": {"d": {"type": "string", "title": "d"}}}
    rule = {"if": {"properties": {"a": {"const": "x"}}, "required": ["a"]}, "then": then}
    return {**FORM, "schema": {**FORM["schema"], "allOf": [rule]}}  # type: ignore[dict-item]


def test_a_question_that_a_rule_asks_about_goes_only_with_all_that_the_rule_asks() -> None:
    with pytest.raises(Conflict, match="A rule asks about “a”"):
        done(ruled(), op="remove", names=["a", "b"])
    form, _ = done(ruled(), op="remove", names=["d", "a"])
    assert names(form) == ["b", "c"]
    assert "allOf" not in form["schema"]


def test_undo_takes_back_what_was_done_here_and_leaves_what_somebody_else_did() -> None:
    mine, _ = done(op="remove", names=["b"])
    theirs, _ = done(mine, op="step", name="a", by=1)
    undone, chosen = done(theirs, op="restore", **{"from": dumps(mine), "to": dumps(FORM)})
    assert names(undone) == ["c", "a", "b"]
    assert chosen == "field:b"


def test_undo_refuses_where_somebody_else_changed_the_same_place() -> None:
    mine, theirs = FORM | {"title": "我的"}, FORM | {"title": "他的"}
    with pytest.raises(Conflict):
        done(theirs, op="restore", **{"from": dumps(mine), "to": dumps(FORM)})


@pytest.mark.parametrize(
    "act",
    [
        {},
        {"op": "none"},
        {"op": "add", "kind": "none"},
        {"op": "copy", "names": []},
        {"op": "remove", "names": ["zz"]},
        {"op": "paste"},
        {"op": "paste", "fragment": []},
        {"op": "paste", "fragment": {"schema": {"properties": 1}}},
        {"op": "paste", "fragment": {"schema": {"properties": {"a": 1}}}},
        {"op": "paste", "fragment": {"schema": {"allOf": [1]}}},
        {"op": "step", "name": "a", "by": "x"},
        {"op": "restore", "from": 1, "to": 2},
    ],
)
def test_an_act_that_does_not_fit_is_refused_and_breaks_nothing(act: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        done(**act)
