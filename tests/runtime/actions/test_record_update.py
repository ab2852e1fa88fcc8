"""Changing a record."""

import pytest

from runtime.actions.record_update import action
from runtime.contracts import BadRequest


def test_the_form_is_the_one_of_the_run_and_null_clears(world) -> None:
    action.perform({"record": "c1", "set": {"grade": None}}, world)
    change = world.changes[0]
    assert (change.form, change.act, change.record_id, change.answers) == ("customer", "update", "c1", {"grade": None})


@pytest.mark.parametrize("record", [None, 5, {"id": "c1"}])
def test_what_is_no_record_is_an_error(world, record: object) -> None:
    with pytest.raises(BadRequest):
        action.perform({"record": record, "set": {"grade": "a"}}, world)
