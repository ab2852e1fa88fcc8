"""Schemas that attack: refused when saved, without evaluating them."""

from typing import Any

import pytest

from runtime.contracts import Refused
from runtime.documents import check, parse
from runtime.documents.patterns import matches


def form(schema: dict[str, Any]) -> dict[str, Any]:
    whole = {"type": "object", "properties": {"name": {"type": "string"}}, **schema}
    return {"format": "form/1", "key": "f", "title": "F", "schema": whole}


def found(document: Any, kind: str = "form") -> list[tuple[str, str]]:
    return [(problem.pointer, problem.keyword) for problem in check(kind, document)]


@pytest.mark.parametrize(
    "ref", ["http://169.254.169.254/x", "file:///etc/passwd", "#", "#/properties/name", "other.json", "#/$defs/none", 7]
)
def test_t31_a_reference_out_of_the_definitions_is_refused(ref: Any) -> None:
    assert ("/schema/properties/a/$ref", "$ref") in found(form({"properties": {"a": {"$ref": ref}}}))


def test_t31_a_reference_that_leads_back_to_itself_is_refused() -> None:
    ring = {"a": {"properties": {"x": {"$ref": "#/$defs/b"}}}, "b": {"$ref": "#/$defs/a"}}
    assert found(form({"$defs": ring})) == [
        ("/schema/$defs/a/properties/x/$ref", "$ref"),
        ("/schema/$defs/b/$ref", "$ref"),
    ]


def test_t31_a_dynamic_reference_is_refused() -> None:
    problems = found(form({"allOf": [{"$dynamicRef": "#meta"}], "$defs": {"x": {"$dynamicAnchor": "meta"}}}))
    assert ("/schema/allOf/0/$dynamicRef", "$dynamicRef") in problems
    assert ("/schema/$defs/x/$dynamicAnchor", "$dynamicAnchor") in problems


def test_t31_eighteen_doublings_are_refused_before_they_are_written_out() -> None:
    chain = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(18)}
    problems = found(form({"allOf": [{"$ref": "#/$defs/d0"}], "$defs": {**chain, "d18": {"type": "object"}}}))
    assert problems == [("/schema", "expanded")]


def test_t31_a_chain_of_ten_thousand_references_is_refused() -> None:
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(4_000)}
    problems = found(form({"allOf": [{"$ref": "#/$defs/d0"}], "$defs": {**chain, "d4000": {}}}))
    assert ("/schema/allOf/0/$ref", "$ref") in problems


def test_t31_nested_unevaluated_keywords_which_double_the_work_are_refused() -> None:
    problems = found(form({"allOf": [{"unevaluatedProperties": False}], "unevaluatedProperties": False}))
    assert problems == [("/schema/allOf/0/unevaluatedProperties", "unevaluatedProperties")]


def test_t31_ten_thousand_properties_are_refused() -> None:
    assert ("/schema/properties", "maxProperties") in found(form({"properties": {f"p{n}": {} for n in range(10_000)}}))


def test_t31_five_hundred_fields_pass_and_one_more_in_a_branch_does_not() -> None:
    five_hundred = {f"p{n}": {"type": "string"} for n in range(500)}
    branch = {"if": {}, "then": {"properties": {"more": {"type": "string"}}}}
    assert found(form({"properties": five_hundred})) == []
    assert found(form({"properties": five_hundred, "allOf": [branch]})) == [("/schema", "maxProperties")]


def test_t31_a_schema_of_a_megabyte_is_refused() -> None:
    assert found(form({"description": "x" * 1_000_000})) == [("", "maxLength")]


def test_t31_three_thousand_levels_are_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(3_000):
        deep = {"not": deep}
    assert [keyword for _, keyword in found(form(deep))] == ["depth"]


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(", "(x{1000}){1000}"])
def test_t32_a_pattern_that_the_linear_engine_cannot_run_is_refused(pattern: str) -> None:
    assert ("/schema/properties/a/pattern", "pattern") in found(
        form({"properties": {"a": {"type": "string", "pattern": pattern}}})
    )


def test_a_pattern_that_is_refused_says_why() -> None:
    (problem,) = check("form", form({"properties": {"a": {"type": "string", "pattern": "(?=a)b"}}}))
    assert str(problem.message) == "This pattern cannot be used: invalid perl operator: (?=."


def test_t32_an_exponential_pattern_runs_in_linear_time() -> None:
    assert found(form({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}})) == []
    assert not matches("^(a+)+$", "a" * 50_000 + "!")


def test_chinese_ranges_as_javascript_writes_them_are_understood() -> None:
    assert matches(r"^[\u4e00-\u9fa5]+$", "客户")
    assert not matches(r"^[\u4e00-\u9fa5]+$", "客户A")


def test_the_end_of_a_pattern_is_the_very_end() -> None:
    assert found({"format": "form/1", "key": "f\n", "title": "F", "schema": {"type": "object", "properties": {}}}) == [
        ("/key", "pattern")
    ]


@pytest.mark.parametrize("name", ["", "x" * 129, "a\tb", "a\x00b"])
def test_a_name_no_field_can_have_is_refused(name: str) -> None:
    assert found(form({"properties": {name: {"type": "string"}}})) != []


@pytest.mark.parametrize("name", ["x" * 128, "客户 名称", "First Name", "a/b~c", "$ref"])
def test_any_other_name_is_free(name: str) -> None:
    assert found(form({"properties": {name: {"type": "string"}}})) == []


def test_a_name_every_record_has_already_is_refused() -> None:
    assert found(form({"properties": {"owner": {"type": "string"}}})) == [("/schema/properties/owner", "reserved")]


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "uniqueKeys"),
        ('{"a": NaN}', "number"),
        ('{"a": -Infinity}', "number"),
        ('{"a": 1e999999999}', "number"),
        ('{"a": ' + "9" * 5_000 + "}", "number"),
        ('{"a": "\\u0000"}', "text"),
        ('{"a": "\\ud800"}', "text"),
        ("[" * 100_000, "depth"),
        ("[" * 65 + "]" * 65, "depth"),
        ('{"a": 1', "json"),
        (b'"\xff"', "encoding"),
        ('"' + "x" * 1_000_000 + '"', "maxLength"),
    ],
)
def test_t27_json_that_no_document_may_be_is_refused(text: str | bytes, keyword: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert {problem.keyword for problem in refused.value.problems} == {keyword}


def test_all_problems_come_at_once_each_with_its_pointer() -> None:
    document = {
        "format": "form/1",
        "key": "Visit",
        "schema": {
            "type": "object",
            "properties": {"a": {"type": "strin"}, "b": {"type": "string", "pattern": "(", "x-ref": {"form": 1}}},
            "required": ["c"],
        },
    }
    assert set(found(document)) == {
        ("/title", "required"),
        ("/key", "pattern"),
        ("/schema/properties/a/type", "schema"),
        ("/schema/properties/b/pattern", "pattern"),
        ("/schema/properties/b/x-ref", "oneOf"),
        ("/schema/required/0", "field"),
    }
