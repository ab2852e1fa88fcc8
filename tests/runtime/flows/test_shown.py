"""Runs and steps as people read them."""

from datetime import UTC, datetime

from runtime.flows import shown
from runtime.flows.engine import RUN_STATES
from runtime.flows.models import STEP_STATES


def test_every_state_has_its_word_and_colour() -> None:
    assert shown.RUN_WORDS.keys() == RUN_STATES.keys()
    assert shown.STEP_WORDS.keys() == STEP_STATES.keys()
    assert shown.COLOURS.keys() == RUN_STATES.keys() | STEP_STATES.keys()


def test_how_long_something_took_is_not_known_before_it_ends() -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    assert shown.milliseconds(start, None) is None
    assert shown.milliseconds(start, datetime(2026, 9, 1, 0, 0, 1, 500000, tzinfo=UTC)) == 1500
