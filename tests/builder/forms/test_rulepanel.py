"""The panel of a rule."""

from builder.forms import edit, rulepanel
from builder.forms.rules import add_rule

WHEN = {"field": "choice_1", "op": "eq", "value": "1"}


def visit() -> dict:
    form, _ = edit.add(edit.blank("visit", "拜访"), "choice", "客户类型")
    form, _ = edit.add(form, "number", "年限")
    form, _ = edit.add(form, "text", "备注")
    return add_rule(form, WHEN)[0]


def test_a_rule_offers_the_fields_it_does_not_read() -> None:
    document, answers = rulepanel.panel(visit(), 0, "zh-CN", str)
    offered = [one["const"] for one in document["schema"]["properties"]["ask"]["items"]["oneOf"]]
    assert offered == ["number_1", "text_1"]
    assert answers == {"when": {"tree": WHEN}, "ask": []}


def test_choosing_a_question_puts_it_under_the_rule() -> None:
    form = rulepanel.apply(visit(), 0, {"when": {"tree": WHEN}, "ask": ["number_1"]})
    assert edit.group_of(form, "number_1") == 0
    assert edit.is_required(form, "number_1")


def test_a_condition_left_empty_stays_as_it_was() -> None:
    form = rulepanel.apply(visit(), 0, {"ask": []})
    assert form["schema"]["allOf"][0]["if"]["properties"] == {"choice_1": {"const": "1"}}


def test_a_new_condition_replaces_the_old_one() -> None:
    form = rulepanel.apply(visit(), 0, {"when": {"tree": {"field": "text_1", "op": "nempty"}}, "ask": ["number_1"]})
    assert form["schema"]["allOf"][0]["if"] == {"required": ["text_1"]}
