"""Branches that come together."""

import pytest

from runtime.actions.join import action


@pytest.mark.parametrize(("arrived", "port"), [(2, "out"), (3, "out"), (1, "else")])
def test_enough_branches_go_on_and_too_few_take_the_other_way(world, arrived: int, port: str) -> None:
    done = action.perform({"mode": "count", "count": 2, "arrived": arrived, "needed": 2}, world)
    assert (done.port, done.output) == (port, {"arrived": arrived})
    assert port in action.ports({"mode": "count"})
