"""The golden documents pass, each by its schema and rules."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runtime.documents import KINDS, check, content_hash, fields_of, label_field, parse, schema_of

GOLDEN = Path(__file__).parents[2] / "documents"


def golden(kind: str) -> Any:
    return parse((GOLDEN / f"{kind}.json").read_bytes())


@pytest.mark.parametrize("kind", KINDS)
def test_a_golden_document_passes(kind: str) -> None:
    assert check(kind, golden(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_a_kind_is_json_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema_of(kind))


def test_the_golden_documents_are_those_of_the_golden_app() -> None:
    app = golden("app")
    for kind, key in {"form": "forms", "flow": "flows", "view": "views", "role": "roles"}.items():
        assert golden(kind) in app[key]
    assert app["reports"] == [golden("report")]
    assert app["calendars"] == [golden("calendar")]


def test_fields_come_with_those_that_branches_unfold() -> None:
    fields = fields_of(golden("form"))
    assert list(fields)[:2] == ["customer", "customer_type"]
    assert list(fields)[-4:] == ["ct_age", "joins_tender", "tender_date", "下级网点数"]
    assert fields["ct_age"]["type"] == "integer"


def test_a_form_is_labelled_by_its_first_text_field_or_the_one_it_names() -> None:
    assert label_field(golden("form")) == "summary"
    assert label_field(golden("app")["forms"][0]) == "name"


def test_what_is_only_drawn_makes_no_new_content() -> None:
    flow = golden("flow")
    bare = {key: part for key, part in flow.items() if key not in ("groups", "notes")}
    assert content_hash("flow", bare) == content_hash("flow", flow)
    moved = {**flow, "layout": {**flow["layout"], "t": [0, 0]}}
    assert content_hash("flow", moved) == content_hash("flow", flow)
    assert content_hash("flow", {**flow, "title": "别的"}) != content_hash("flow", flow)


def test_a_flow_with_a_loop_passes() -> None:
    assert check("flow", golden("flow_foreach")) == []
