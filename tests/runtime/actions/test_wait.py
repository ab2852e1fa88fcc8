"""Waiting."""

from datetime import UTC, datetime

import pytest

from runtime.actions.wait import action
from runtime.contracts import BadRequest


def test_a_duration_is_counted_from_now(world) -> None:
    assert action.perform({"duration": "PT2H"}, world).until == datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_a_date_is_its_midnight(world) -> None:
    assert action.perform({"until": "2026-09-02"}, world).until == datetime(2026, 9, 1, 16, 0, tzinfo=UTC)


def test_no_moment_is_an_error(world) -> None:
    with pytest.raises(BadRequest):
        action.perform({"until": None}, world)
