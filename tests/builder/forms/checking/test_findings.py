"""What is wrong or odd in a form."""

from typing import Any

import pytest

from builder.forms.checking.findings import findings

TEXT = {"type": "string", "title": "名称"}


def form_of(properties: dict[str, Any], **schema: Any) -> dict[str, Any]:
    return {
        "format": "form/1",
        "key": "visit",
        "title": "拜访",
        "schema": {"type": "object", "properties": properties, **schema},
    }


def found(form: dict[str, Any], *released: dict[str, Any]) -> list[tuple[str, str, str]]:
    app, *earlier = ({"format": "app/1", "key": "a", "title": "a", "forms": [one]} for one in (form, *released))
    return [(one.severity, one.at, str(one.message)) for one in findings(app, "visit", earlier, "zh-CN")]


def when(name: str, **then: Any) -> dict[str, Any]:
    return {"if": {"properties": {name: {"const": "x"}}, "required": [name]}, "then": then}


def test_a_sound_form_has_nothing_to_see_to() -> None:
    assert found(form_of({"a": TEXT})) == []


def test_a_problem_leads_to_its_question() -> None:
    link = {"type": "string", "title": "客户", "x-ref": {"form": "none"}}
    assert found(form_of({"a": TEXT, "b": link})) == [("problem", "field:b", "There is no form “none”.")]


def test_what_the_releases_forbid_is_a_problem_here_already() -> None:
    changed = found(form_of({"a": {"type": "number", "title": "名称"}}), form_of({"a": TEXT}))
    assert [(severity, at) for severity, at, _ in changed] == [("problem", "field:a")]
    back = TEXT | {"title": "乙"}
    retired = found(form_of({"a": TEXT, "b": back}), form_of({"a": TEXT, "b": TEXT}), form_of({"a": TEXT}))
    assert [(severity, at) for severity, at, _ in retired] == [("problem", "field:b")]


@pytest.mark.parametrize(
    ("form", "at"),
    [
        (form_of({}), ""),
        (form_of({"a": {"type": "string"}}), "field:a"),
        (form_of({"a": TEXT | {"oneOf": [{"const": "1", "title": "1"}, {"const": "2", "title": "2"}]}}), "field:a"),
        (form_of({"a": TEXT}, allOf=[when("a")]), "rule:0"),
        (form_of({"a": TEXT}, allOf=[when("b", properties={"b": {"title": "乙"}})]), "rule:0"),
        (form_of({"a": TEXT | {"x-texts": {"en": {"title": "Name"}}}}), "texts"),
    ],
)
def test_what_is_odd_is_a_hint(form: dict[str, Any], at: str) -> None:
    assert [(severity, where) for severity, where, _ in found(form)] == [("hint", at)]


def test_questions_of_one_title_are_each_told() -> None:
    assert [at for _, at, _ in found(form_of({"a": TEXT, "b": TEXT}))] == ["field:a", "field:b"]
