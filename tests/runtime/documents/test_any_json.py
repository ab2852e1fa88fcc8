"""The check answers for every JSON value there is."""

import copy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.documents import KINDS, check, content_hash, fields_of, label_field, parse

GOLDEN = {
    kind: parse((Path(__file__).parents[2] / "documents" / f"{kind}.json").read_bytes(), 8_000_000) for kind in KINDS
}
WORDS = st.sampled_from(
    [
        "format", "key", "title", "schema", "type", "object", "properties", "required", "allOf", "if", "then", "$ref",
        "#/$defs/a", "$defs", "a", "nodes", "edges", "id", "config", "when", "set", "policies", "rows", "forms",
        "x-ref", "x-formula", "record.a", "ui", "x-texts", "form/1", "label", "pattern", "not", "filter", "sort", "and",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(max_size=8) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inside, max_size=6),
    max_leaves=25,
)


@settings(max_examples=200)
@given(st.sampled_from(KINDS), VALUES)
def test_no_value_makes_the_check_raise(kind: str, value: Any) -> None:
    assert isinstance(check(kind, value), list)
    if isinstance(value, dict):
        fields_of(value)
        label_field(value)


def places(value: Any) -> list[tuple[Any, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inside for place in ((value, key), *places(part))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(("form", "flow", "view", "role", "report", "calendar", "event")), st.data())
def test_no_value_put_anywhere_in_a_golden_document_makes_the_check_raise(kind: str, data: st.DataObject) -> None:
    document = copy.deepcopy(GOLDEN[kind])
    holder, key = data.draw(st.sampled_from(places(document)))
    holder[key] = data.draw(VALUES)
    problems = check(kind, document)
    if not problems:
        content_hash(kind, document)
