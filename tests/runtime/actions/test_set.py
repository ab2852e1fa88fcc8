"""Values for later steps."""

from runtime.actions.set import action


def test_values_are_given_to_later_steps(world) -> None:
    assert action.perform({"values": {"limit": 500}}, world).output == {"limit": 500}
