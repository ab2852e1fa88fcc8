"""Moments that come again and again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.calendars.plans import BadPlan, due_moments, next_moments, plan_of

BERLIN = "Europe/Berlin"
BEFORE_SPRING = datetime(2026, 3, 27, 12, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2026, 10, 23, 12, tzinfo=UTC)


def hours(written: dict[str, Any], after: datetime, count: int = 3) -> list[str]:
    return [f"{moment:%d %H:%M}" for moment in next_moments(plan_of(written, BERLIN), after, count)]


def test_nine_in_the_morning_stays_nine_on_the_wall_when_the_clock_is_changed() -> None:
    assert hours({"cron": "0 9 * * *"}, BEFORE_SPRING) == ["28 08:00", "29 07:00", "30 07:00"]
    assert hours({"every": "P1D", "start": "2026-01-01T09:00"}, BEFORE_SPRING) == ["28 08:00", "29 07:00", "30 07:00"]
    assert hours({"cron": "0 9 * * *"}, BEFORE_AUTUMN) == ["24 07:00", "25 08:00", "26 08:00"]


def test_an_hour_that_does_not_exist_is_due_once_and_one_that_comes_twice_too() -> None:
    assert hours({"cron": "30 2 * * *"}, BEFORE_SPRING) == ["28 01:30", "29 01:00", "30 00:30"]
    assert hours({"cron": "30 2 * * *"}, BEFORE_AUTUMN) == ["24 00:30", "25 00:30", "26 01:30"]


def test_hours_are_counted_without_regard_to_the_wall_clock() -> None:
    assert hours({"every": "PT12H", "start": "2026-01-01T09:00"}, BEFORE_SPRING, 4) == [
        *("27 20:00", "28 08:00", "28 20:00", "29 08:00")
    ]


@pytest.mark.parametrize(
    "written", [{"cron": "0 9 * * *"}, {"every": "P1D"}, {"every": "PT90M"}, {"cron": "0 0 L * *"}], ids=str
)
def test_the_latest_moment_is_the_one_before_the_next(written: dict[str, Any]) -> None:
    plan = plan_of(written, BERLIN)
    for after in (BEFORE_SPRING, BEFORE_AUTUMN):
        first, second = next_moments(plan, after, 2)
        assert plan.latest(first) == first
        assert plan.latest(second - timedelta(seconds=1)) == first


def test_nothing_is_due_before_the_start() -> None:
    plan = plan_of({"every": "P2W", "start": "2027-01-04T09:00"}, "Asia/Shanghai")
    assert plan.latest(BEFORE_SPRING) is None
    assert next_moments(plan, BEFORE_SPRING) == [datetime(2027, 1, 4, 1, tzinfo=UTC)]


@pytest.mark.parametrize(
    "written",
    [
        *({}, {"cron": "* * * * * *"}, {"cron": "61 * * * *"}, {"cron": "0 0 31 2 *"}, {"cron": 5}, {"cron": "@daily"}),
        *({"every": "PT30S"}, {"every": "PT0M"}, {"every": "P1M"}, {"every": "P900W"}, {"every": "P"}),
        {"every": "P1D", "start": "soon"},
    ],
    ids=str,
)
def test_t33_what_says_no_moments_or_too_many_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(BadPlan):
        plan_of(written, BERLIN)


def test_a_zone_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadPlan):
        plan_of({"cron": "0 9 * * *"}, "Asia/Nowhere")
    with pytest.raises(BadPlan):
        plan_of({"cron": "0 9 * * *"}, "/etc/passwd")


def test_missed_moments_count_by_policy() -> None:
    plan = plan_of({"cron": "0 * * * *"}, "UTC")
    since, now = datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 9, 1, 11, 20, tzinfo=UTC)
    nine, ten, eleven = (since + timedelta(hours=hour) for hour in range(3))
    assert due_moments(plan, since, now, "latest") == [eleven]
    assert due_moments(plan, since, now, "all") == [nine, ten, eleven]
    assert due_moments(plan, since, now, "none") == []
    assert due_moments(plan, since, eleven + timedelta(minutes=4), "none") == [eleven]
    assert due_moments(plan, since, nine - timedelta(minutes=1), "all") == []


def test_of_a_long_time_off_only_so_much_is_made_up_for() -> None:
    plan = plan_of({"every": "PT1M"}, "UTC")
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert len(due_moments(plan, now - timedelta(days=300), now, "all")) == 100
    daily = plan_of({"cron": "0 9 * * *"}, "UTC")
    assert len(due_moments(daily, now - timedelta(days=300), now, "all")) == 31
