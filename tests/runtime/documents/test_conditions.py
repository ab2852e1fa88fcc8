"""Rows that say which records are meant."""

from runtime.documents.conditions import filter_of


def test_a_value_that_turned_out_empty_asks_for_the_empty_and_never_for_everything() -> None:
    more = {"field": "c", "op": "gt", "value": 1}
    rows = [{"field": "a", "op": "eq", "value": None}, {"field": "b", "op": "ne"}, more]
    assert filter_of(rows) == {"and": [{"field": "a", "op": "empty"}, {"field": "b", "op": "nempty"}, more]}
