"""Expressions in documents are read when the document is saved."""

from typing import Any

import pytest

from runtime.documents import check


def form(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"format": "form/1", "key": "f", "title": "F", "schema": {"type": "object", "properties": fields}}


def number(**keywords: Any) -> dict[str, Any]:
    return {"type": "number", **keywords}


def found(kind: str, document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.keyword) for problem in check(kind, document)]


@pytest.mark.parametrize("keyword", ["x-formula", "x-default", "x-check"])
def test_an_expression_that_cannot_be_read_is_refused(keyword: str) -> None:
    at = f"/schema/properties/a/{keyword}"
    assert found("form", form(a=number(**{keyword: "1 +"}))) == [(at, "expression")]
    assert found("form", form(a=number(**{keyword: "().__class__"}))) == [(at, "expression")]


def test_a_formula_over_a_field_that_is_not_there_is_refused() -> None:
    alone = form(a=number(**{"x-formula": "record.b + 1"}))
    assert found("form", alone) == [("/schema/properties/a/x-formula", "field")]
    assert found("form", form(a=number(**{"x-formula": "record.b + 1"}), b=number())) == []
    assert found("form", form(a={"type": "string", "x-formula": "record.owner"})) == []


def test_t02_formulas_that_lead_back_to_themselves_are_refused() -> None:
    own = form(a=number(**{"x-formula": "record.a + 1"}))
    assert found("form", own) == [("/schema/properties/a/x-formula", "cycle")]
    ring = form(a=number(**{"x-formula": "record.b"}), b=number(**{"x-formula": "record.a"}))
    assert [keyword for _, keyword in found("form", ring)] == ["cycle"]


@pytest.mark.parametrize("source", ["9**9**9", "(" * 3_000 + "1" + ")" * 3_000, "+".join(["1"] * 1_000)])
def test_t02_an_expression_that_costs_too_much_is_refused(source: str) -> None:
    keywords = {keyword for _, keyword in found("form", form(a=number(**{"x-formula": source})))}
    assert keywords & {"expression", "maxLength"}


def role(rows: Any) -> dict[str, Any]:
    return {"key": "rep", "title": "Rep", "policies": [{"form": "visit", "rows": rows}]}


@pytest.mark.parametrize(
    "rows",
    [
        "record.owner == me.id",
        "record.department == me.department and not (record.stage in ['won', 'lost'])",
        "record.amount > -5 or record.公开",
        "record.reviewer in [me.id, 'x']",
        "true",
    ],
)
def test_rows_that_a_query_can_say_pass(rows: str) -> None:
    assert found("role", role(rows)) == []


@pytest.mark.parametrize(
    "rows",
    [
        "LEN(record.name) > 3",
        "record.owner.department == me.department",
        "record.a + 1 == 2",
        "1 == 1",
        "linked.customer.grade == 'a'",
        "true if record.a else false",
        "[x for x in record.a] == []",
        "'x'",
    ],
)
def test_rows_that_no_query_can_say_are_refused(rows: str) -> None:
    assert found("role", role(rows)) == [("/policies/0/rows", "expression")]


def test_the_key_that_keeps_runs_apart_must_be_readable() -> None:
    flow = {
        "format": "flow/1",
        "key": "f",
        "title": "F",
        "settings": {"concurrency": {"key": "record."}},
        "nodes": [],
        "edges": [],
    }
    assert found("flow", flow) == [("/settings/concurrency/key", "expression")]


def test_a_text_of_a_report_must_be_readable_in_every_language() -> None:
    block = {"type": "text", "text": "{{ record.a }}", "x-texts": {"en": {"text": "{{ record. }}"}}}
    report = {"key": "r", "title": "R", "blocks": [block]}
    assert found("report", report) == [("/blocks/0/x-texts/en/text", "expression")]
