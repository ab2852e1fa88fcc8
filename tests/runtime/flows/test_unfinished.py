"""Conditions that compare with nothing are told of, and those that mean the empty are not."""

from typing import Any

import pytest

from runtime.flows.unfinished import unfinished

SCHEMA: dict[str, Any] = {
    "properties": {
        "when": {"type": "string", "x-value": "expression", "x-type": "boolean"},
        "value": {"type": "string", "x-value": "expression"},
        "where": {"type": "array"},
    }
}


def places(config: dict[str, Any]) -> list[str]:
    inner = {"id": "b", "type": "step", "config": config}
    flow = {"nodes": [{"id": "a", "type": "loop", "config": {}, "nodes": [inner], "edges": []}], "edges": []}
    return [problem.pointer for problem in unfinished(flow, lambda kind: SCHEMA if kind == "step" else {})]


@pytest.mark.parametrize(
    "when", ['record.name == ""', 'record.a == 1 and (record.b == 2 or not (record.name != ""))', 'record.n > ""']
)
def test_a_comparison_without_a_value_is_told_wherever_it_stands(when: str) -> None:
    assert places({"when": when}) == ["/nodes/0/nodes/0/config/when"]


@pytest.mark.parametrize(
    "when",
    ['record.name == "x"', "record.name == null", "record.n == 0", "record.yes == false", "ISBLANK(record.name)", "(("],
)
def test_what_means_the_empty_or_cannot_be_read_is_not(when: str) -> None:
    assert places({"when": when}) == []
    assert places({"value": '""'}) == []


def test_rows_that_say_which_records_are_looked_at_too() -> None:
    assert places({"where": [{"field": "name", "op": "eq"}]}) == ["/nodes/0/nodes/0/config/where"]
    assert places({"where": [{"field": "name", "op": "contains", "value": '""'}]}) == ["/nodes/0/nodes/0/config/where"]
    assert places({"where": [{"field": "name", "op": "empty"}, {"field": "n", "op": "gt", "value": "0"}]}) == []
