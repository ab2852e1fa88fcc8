"""The panel of a field."""

from typing import Any

import pytest

from builder.forms import edit
from builder.forms.palette import KINDS
from builder.forms.properties import Panel, apply, kind_of, panel
from runtime import documents

AROUND = Panel(str, "zh-CN", [{"key": "customer", "title": "客户"}], [{"source": "record.a", "title": "甲"}])


def made(kind: str) -> tuple[dict[str, Any], str]:
    return edit.add(edit.blank("visit", "拜访"), kind, "一")


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_a_panel_that_is_a_sound_form(kind: str) -> None:
    form, name = made(kind)
    assert kind_of(form, name) == kind
    document, _ = panel(form, name, AROUND)
    assert documents.check("form", document | {"title": "x"}) == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_keeping_a_panel_untouched_changes_nothing(kind: str) -> None:
    form, name = made(kind)
    _, answers = panel(form, name, AROUND)
    assert apply(form, name, answers) == form


def test_what_a_panel_does_not_ask_for_stays() -> None:
    form, name = made("text")
    edit.schema_of(form, name)["x-mine"] = {"kept": True}
    form["ui"][name] = {"ui:placeholder": "…"}
    changed = apply(form, name, {"title": "名称", "required": True, "longest": 20})
    assert edit.schema_of(changed, name) == {
        "type": "string",
        "title": "名称",
        "x-mine": {"kept": True},
        "maxLength": 20,
    }
    assert changed["ui"][name] == {"ui:placeholder": "…"}
    assert edit.is_required(changed, name)


def test_no_answer_takes_a_limit_away() -> None:
    form, name = made("number")
    form = apply(form, name, {"title": "数", "least": 3, "whole": True})
    assert edit.schema_of(form, name) == {"type": "integer", "title": "数", "minimum": 3}
    assert edit.schema_of(apply(form, name, {"title": "数"}), name) == {"type": "number", "title": "数"}


def test_a_formula_is_kept_as_it_was_written() -> None:
    form, name = made("formula")
    form = apply(form, name, {"title": "合计", "formula": {"text": "record.a * 2"}})
    assert edit.schema_of(form, name)["x-formula"] == "record.a * 2"
