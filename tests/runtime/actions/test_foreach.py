"""The same for one item after the other."""

import pytest

from runtime.actions.foreach import action
from runtime.contracts import BadRequest, Each, TooMuch


def test_records_are_gone_through_by_their_ids(world) -> None:
    world.found = [{"id": "a"}, {"id": "b"}]
    where = [{"field": "amount", "op": "gt", "value": 5}]
    assert action.perform({"form": "customer", "where": where, "limit": 10}, world) == Each(["a", "b"])
    assert world.finds == [("customer", {"and": [{"field": "amount", "op": "gt", "value": 5}]}, (), 11)]


def test_a_list_is_gone_through_as_it_is_and_an_empty_one_has_nothing(world) -> None:
    assert action.perform({"list": [1, 2]}, world) == Each([1, 2])
    assert action.perform({"list": None}, world) == Each([])
    with pytest.raises(BadRequest):
        action.perform({"list": "abc"}, world)


@pytest.mark.parametrize("limit", [2, 5_000])
def test_t33_more_items_than_were_allowed_are_refused_and_not_cut(world, limit: int) -> None:
    with pytest.raises(TooMuch):
        action.perform({"list": [0] * (min(limit, 1_000) + 1), "limit": limit}, world)
