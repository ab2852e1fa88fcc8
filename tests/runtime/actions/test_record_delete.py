"""Deleting a record."""

import pytest

from runtime.actions.record_delete import action
from runtime.contracts import BadRequest


def test_a_record_of_another_form_is_deleted(world) -> None:
    action.perform({"form": "visit", "record": "v1"}, world)
    assert (world.changes[0].form, world.changes[0].act, world.changes[0].record_id) == ("visit", "delete", "v1")


def test_no_record_is_an_error(world) -> None:
    with pytest.raises(BadRequest):
        action.perform({"record": None}, world)
