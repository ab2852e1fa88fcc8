"""The generated form: what is drawn, what is marked, what unfolds, and that answers stay text."""

import re
from typing import Any

import pytest
from markupsafe import Markup

from runtime.answers import compile_form, read
from runtime.contracts import Problem
from runtime.forms.render import FormPage, Page, compile_page, render_form, render_unfold, summary
from runtime.i18n import message
from widgets.base import Reader

VISIT: dict[str, Any] = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访记录",
    "schema": {
        "type": "object",
        "properties": {
            "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
            "kind": {
                "type": "string",
                "title": "客户类型",
                "description": "看合同抬头",
                "oneOf": [{"const": "hospital", "title": "医院"}, {"const": "dealer", "title": "经销商"}],
                "x-texts": {"en": {"title": "Kind"}},
            },
            "price": {"type": "number", "title": "单价", "x-currency": "CNY"},
            "total": {"type": "number", "title": "合计", "x-currency": "CNY", "x-formula": "record.price * 2"},
            "note": {"type": "string", "title": "备注"},
        },
        "required": ["customer", "kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "hospital"}}, "required": ["kind"]},
                "then": {
                    "properties": {
                        "ct_age": {"type": "integer", "title": "CT/MRI装机年限"},
                        "tender": {"type": "boolean", "title": "是否参与集采"},
                    },
                    "required": ["ct_age", "tender", "note"],
                },
            }
        ],
    },
    "ui": {"kind": {"ui:widget": "radio"}, "note": {"ui:widget": "textarea"}},
}
HOSPITAL = {"customer": "c1", "kind": "hospital"}
PLACE = Page(Reader(lang="zh-CN", labels={("customer", "c1"): "上海第一医院"}), unfold_url="/u", search_url="/s/")


def icon(name: str, extra: str = "") -> Markup:
    return Markup("<svg/>")


def words(text: str) -> str:
    return {"(optional)": "（选填）", "Yes": "是", "No": "否"}.get(text, text)


@pytest.fixture(scope="module")
def page() -> FormPage:
    return compile_page(compile_form(VISIT), "zh-CN", words, icon)


def drawn(page: FormPage, data: dict[str, Any], problems: tuple[Problem, ...] = (), place: Page = PLACE) -> str:
    return str(render_form(page, data, page.form.unfold(data), problems, place))


def unfold(page: FormPage, on: list[str], must: set[str], answers: dict[str, Any]) -> str:
    reading = read(page.form, answers)
    return str(render_unfold(page, on, frozenset(must), reading.data, reading.unfolded, PLACE))


def names(text: str) -> list[str]:
    return re.findall(r'name="_on" value="([^"]+)"', text)


def test_only_questions_that_matter_are_drawn(page: FormPage):
    assert names(drawn(page, {})) == ["customer", "kind", "price", "total", "note"]
    assert {"ct_age", "tender"} <= set(names(drawn(page, HOSPITAL)))


def test_an_optional_question_says_so_and_a_required_one_says_nothing(page: FormPage):
    text = drawn(page, {})
    assert text.count("（选填）") == 2
    assert re.findall(r'name="_must" value="([^"]+)"', text) == ["customer", "kind"]


def test_a_label_or_legend_belongs_to_every_control(page: FormPage):
    text = drawn(page, HOSPITAL)
    for target in re.findall(r'<label class="q-label" for="([^"]+)"', text):
        assert f'id="{target}"' in text
    assert text.count("<fieldset") == text.count("<legend") == 2


def test_an_answer_comes_back_into_its_control(page: FormPage):
    text = drawn(page, {**HOSPITAL, "note": "一\n二", "tender": False})
    assert 'value="hospital" checked' in text
    assert 'value="false" checked' in text
    assert "<textarea" in text
    assert "\n一\n二</textarea>" in text
    assert 'value="上海第一医院"' in text


def test_t23_an_answer_is_inert_text_wherever_it_stands(page: FormPage):
    evil = '"><script>alert(1)</script><b hx-get="/x">'
    text = drawn(page, {"customer": evil, "note": evil, "price": evil})
    assert "<script" not in text
    assert "<b hx-get" not in text


def test_t23_a_title_that_imitates_a_slot_is_text():
    form = {
        **VISIT,
        "schema": {"type": "object", "properties": {"a": {"type": "string", "title": "\x02:0\x03<i>"}}},
        "ui": {},
    }
    assert "<i>" not in drawn(compile_page(compile_form(form), "zh", words, icon), {"a": "1"})


def test_a_problem_stands_at_its_field_in_the_words_of_the_summary(page: FormPage):
    problems = (Problem("/ct_age", "required", message("%(field)s is required.", field="CT/MRI装机年限")),)
    text = drawn(page, HOSPITAL, problems)
    listed = summary(page, problems, PLACE, page.form.unfold(HOSPITAL).order)
    assert listed == [{"target": page.questions["ct_age"].control_id, "message": "CT/MRI装机年限 is required."}]
    assert 'aria-invalid="true"' in text
    assert text.count("CT/MRI装机年限 is required.") == 1
    assert f'aria-describedby="{page.questions["ct_age"].qid}-error"' in text
    assert f'id="{listed[0]["target"]}"' in text


def test_help_is_tied_to_its_control(page: FormPage):
    assert f'aria-describedby="{page.questions["kind"].qid}-help"' in drawn(page, {})


def test_texts_are_in_the_readers_language():
    english = compile_page(compile_form(VISIT), "en", str, icon)
    assert ">Kind <" in drawn(english, {})


def test_a_field_that_may_not_be_changed_is_shown_without_a_control(page: FormPage):
    text = drawn(page, {**HOSPITAL, "price": 5}, place=Page(PLACE.reader, writable=frozenset({"customer"})))
    assert 'name="f.price"' not in text
    assert "¥5.00" in text


def test_a_field_that_may_not_be_read_is_not_on_the_page(page: FormPage):
    assert "单价" not in drawn(page, {"price": 5}, place=Page(PLACE.reader, readable=frozenset({"customer"})))


def test_only_a_deciding_question_asks_again_when_it_changes(page: FormPage):
    text = drawn(page, HOSPITAL)
    asking = re.findall(r'id="(q\d+)" hx-post="/u"', text)
    assert asking == [page.questions["kind"].qid, page.questions["price"].qid]


def test_what_unfolds_comes_right_after_what_stands_before_it(page: FormPage):
    text = unfold(page, ["customer", "kind", "price", "total", "note"], {"customer", "kind"}, HOSPITAL)
    assert names(text) == ["ct_age", "tender"]
    assert f'hx-target="#{page.questions["kind"].qid}" hx-swap="afterend"' in text


def test_a_question_that_becomes_required_changes_its_mark_alone(page: FormPage):
    text = unfold(page, ["customer", "kind", "price", "total", "note"], {"customer", "kind"}, HOSPITAL)
    assert f'hx-target="#{page.questions["note"].qid}-mark"' in text
    assert "<textarea" not in text


def test_what_folds_is_taken_away_and_nothing_else_is_touched(page: FormPage):
    on = ["customer", "kind", "ct_age", "tender", "price", "note"]
    text = unfold(page, on, {"customer", "kind", "ct_age", "tender", "note"}, {"kind": "dealer", "ct_age": 3})
    gone = re.findall(r'hx-target="#(q\d+)" hx-swap="delete"', text)
    assert gone == [page.questions["ct_age"].qid, page.questions["tender"].qid]
    assert 'name="f.' not in text


def test_a_formula_shows_what_comes_of_the_answers_so_far(page: FormPage):
    on = ["customer", "kind", "price", "total", "note"]
    text = unfold(page, on, {"customer", "kind"}, {"price": 21})
    assert "¥42.00" in text


def test_nothing_is_sent_when_nothing_unfolds(page: FormPage):
    on = ["customer", "kind", "price", "note"]
    assert names(unfold(page, [*on, "total"], {"customer", "kind"}, {"kind": "dealer"})) == []


def test_a_branch_that_narrows_the_options_is_drawn_as_it_asks():
    narrowed = {
        "if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
        "then": {"properties": {"b": {"enum": ["1"]}}},
    }
    properties = {"a": {"type": "string"}, "b": {"type": "string", "enum": ["1", "2"]}}
    form = {"format": "form/1", "key": "f", "title": "F", "schema": {"properties": properties, "allOf": [narrowed]}}
    page = compile_page(compile_form(form), "en", str, icon)
    assert 'value="2"' in drawn(page, {})
    assert 'value="2"' not in drawn(page, {"a": "x"})
