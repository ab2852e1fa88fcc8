"""What changes for stored records is said with the names that people know."""

from typing import Any

from builder.publishing.titles import titled
from runtime.documents.comparing import compare
from runtime.i18n import speaker


def app_of(required: list[str], **fields: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields, "required": required}
    form = {"format": "form/1", "key": "site", "title": "现场", "x-texts": {"en": {"title": "Sites"}}, "schema": schema}
    return {"format": "app/1", "key": "a", "title": "a", "lang": "zh-CN", "forms": [form]}


def text(title: str, english: str) -> dict[str, Any]:
    return {"type": "string", "title": title, "x-texts": {"en": {"title": english}}}


OLD = app_of(["name"], name=text("名称", "Name"), helper=text("协助人", "Helper"), plain={"type": "string"})
NEW = app_of(["name", "stage"], name=text("名称", "Name"), stage=text("阶段", "Stage"))


def said(lang: str) -> set[tuple[str, str]]:
    told = [titled(one, (NEW, OLD), lang) for one in compare(OLD, NEW)]
    return {(form, words.translated(speaker(lang))) for form, words in told}


def test_forms_and_questions_have_their_titles_also_those_that_are_gone() -> None:
    words = {"新增字段“阶段”。", "字段“协助人”将被移除；已有数据会保留，但不再显示。"}
    assert said("zh-CN") >= {("现场", one) for one in words}
    assert {form for form, _words in said("en")} == {"Sites"}
    assert any("“Helper” goes" in words for _form, words in said("en"))


def test_what_has_no_title_is_called_by_its_name() -> None:
    assert any("“plain” goes" in words for _form, words in said("en"))
    gone = {**NEW, "forms": []}
    ((form, words),) = [titled(one, (gone, OLD), "en") for one in compare(OLD, gone)]
    assert (form, str(words)) == ("Sites", "The form “Sites” goes; its records are kept but no longer shown.")
