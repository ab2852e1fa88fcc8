"""Making a record."""

from runtime.actions.record_create import action


def test_what_is_empty_is_left_out_and_the_owner_is_set(world) -> None:
    done = action.perform({"form": "visit", "set": {"name": "A", "note": None}, "owner": "m1"}, world)
    change = world.changes[0]
    assert (change.form, change.act, change.answers, change.owner_id) == ("visit", "create", {"name": "A"}, "m1")
    assert done.output == {"id": "new", "name": "A"}
