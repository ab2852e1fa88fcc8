"""The condition."""

import pytest

from runtime.actions.condition import action


@pytest.mark.parametrize(("when", "port"), [(True, "true"), (False, "false"), (None, "false"), ("true", "false")])
def test_only_true_goes_by_true(world, when: object, port: str) -> None:
    assert action.perform({"when": when}, world).port == port
    assert port in action.ports({"when": "record.a"})
