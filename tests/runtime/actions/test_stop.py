"""The end of a run."""

import pytest

from runtime.actions.stop import action
from runtime.contracts import Stop


@pytest.mark.parametrize(("how", "failed"), [("done", False), ("failed", True)])
def test_the_run_ends_as_it_says(world, how: str, failed: bool) -> None:
    assert action.perform({"as": how, "text": "no stock"}, world) == Stop("no stock", failed)
    assert action.ports({"as": how}) == ()
