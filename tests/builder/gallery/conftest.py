"""Apps of the gallery work with days: what is made today must still be of today when it is looked at."""

import time

import pytest

MINUTE, DAY = 60, 86_400
EAST = 8 * 3_600
"""Seconds by which Shanghai is ahead."""


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """No test begins in the last minute of Shanghai's day."""
    left = DAY - (time.time() + EAST) % DAY
    if left < MINUTE:
        time.sleep(left)
