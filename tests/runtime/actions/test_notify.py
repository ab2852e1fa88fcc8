"""Telling people."""

from runtime.actions.notify import action


def test_people_are_told(world) -> None:
    done = action.perform({"to": [{"user": "m1"}], "title": "New", "body": "x"}, world)
    assert world.notices == [([{"user": "m1"}], "New", "x")]
    assert done.output == {"told": 1}
