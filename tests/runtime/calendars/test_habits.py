"""Plans as people set them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.calendars.habits import moment_in_words, plan_from, sentence, shape_of

PLANS: list[tuple[dict[str, Any], str]] = [
    ({"cron": "0 9 * * *"}, "every day at 09:00"),
    ({"cron": "30 18 * * 1,5"}, "every Monday, Friday at 18:30"),
    ({"cron": "5 0 L * *"}, "on the last day of the month at 00:05"),
    ({"cron": "0 9 15 * *"}, "on day 15 of the month at 09:00"),
    ({"cron": "*/5 9-18 * * 1-5"}, "by cron */5 9-18 * * 1-5"),
    ({"cron": "0 9 1 * 1"}, "by cron 0 9 1 * 1"),
    ({"cron": "0 99 * * *"}, "by cron 0 99 * * *"),
    ({"every": "PT2H"}, "every 2 hours"),
    ({"every": "PT45M"}, "every 45 minutes"),
    ({"every": "P2W", "start": "2026-09-07T09:00"}, "every 2 weeks"),
    ({"every": "P3D"}, "every 3 days"),
]


@pytest.mark.parametrize(("plan", "words"), PLANS, ids=lambda part: str(part))
def test_a_plan_is_said_in_words_and_comes_back_as_it_was(plan: dict[str, Any], words: str) -> None:
    assert sentence(plan, str) == words
    assert plan_from(shape_of(plan)) == plan


def test_sunday_has_two_numbers_in_cron_and_one_here() -> None:
    assert shape_of({"cron": "0 9 * * 0,6"})["days"] == [6, 7]


def test_a_length_that_is_none_of_the_simple_ones_is_asked_for_anew() -> None:
    assert shape_of({"every": "P1DT2H"}) == {"kind": "every", "count": None, "unit": "hours", "start": None}


def test_a_moment_is_said_with_its_day_of_the_week() -> None:
    assert moment_in_words(datetime(2026, 9, 1, 9, tzinfo=UTC), str) == "2026-09-01 Tuesday 09:00"
