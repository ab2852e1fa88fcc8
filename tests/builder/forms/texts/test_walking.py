"""Every text of a form, in both languages."""

from typing import Any

import pytest

from builder.forms.texts.walking import languages, missing, texts_of, translate
from runtime import documents

FORM: dict[str, Any] = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "description": "每次拜访填一张",
    "x-texts": {"en": {"title": "Visit"}},
    "schema": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "title": "类型", "oneOf": [{"const": "a/b", "title": "甲"}, {"const": "none"}]},
            "many": {"type": "array", "title": "多选", "items": {"oneOf": [{"const": 1, "title": "一"}]}},
        },
        "allOf": [
            {"title": "规则", "if": {}, "then": {"properties": {"x/y": {"title": "年限", "description": "说明"}}}}
        ],
    },
    "ui": {"kind": {"ui:help": "选一个", "ui:placeholder": "例如"}},
}


def test_every_text_is_found_in_the_order_of_the_questions() -> None:
    assert [(text.field, text.part[text.key]) for text in texts_of(FORM)] == [
        ("", "拜访"), ("", "每次拜访填一张"), ("kind", "类型"), ("kind", "甲"), ("kind", "选一个"), ("kind", "例如"),
        ("many", "多选"), ("many", "一"), ("x/y", "年限"), ("x/y", "说明"), ("", "规则"),
    ]  # fmt: skip


def test_every_text_can_be_translated_where_it_stands() -> None:
    form = FORM
    for text in texts_of(FORM):
        form = translate(form, text.at, text.key, "en", f"<{text.part[text.key]}>", "zh-CN")
    assert [text.said("en", "zh-CN") for text in texts_of(form)] == [
        f"<{text.part[text.key]}>" for text in texts_of(FORM)
    ]
    assert missing(form, "zh-CN") == []
    assert documents.check("form", form | {"schema": {"type": "object", "properties": {}}}) == []


def test_what_lacks_a_language_is_missing_and_an_empty_text_takes_the_translation_away() -> None:
    assert len(missing(FORM, "zh-CN")) == 10
    assert "x-texts" not in translate(FORM, "", "title", "en", "", "zh-CN")


@pytest.mark.parametrize(("own", "langs"), [("zh-CN", ["zh-CN", "en"]), ("en", ["zh-CN", "en"]), ("zh", ["zh", "en"]),
                                            ("fr", ["fr", "zh-CN", "en"])])  # fmt: skip
def test_chinese_stands_left_and_the_language_of_the_app_is_there(own: str, langs: list[str]) -> None:
    assert languages(own) == langs


def test_in_an_english_app_the_chinese_is_the_translation() -> None:
    form = translate({**FORM, "title": "Visit", "x-texts": {}}, "", "title", "zh-CN", "拜访", "en")
    assert form["title"] == "Visit"
    assert form["x-texts"] == {"zh-CN": {"title": "拜访"}}
    assert translate(form, "", "title", "en", "Visits", "en")["title"] == "Visits"
