"""The reminder of a date."""

from datetime import date

import pytest

from runtime.triggers.date import trigger


@pytest.mark.parametrize(
    ("side", "days", "day"), [("after", 1, "2026-08-31"), ("before", 3, "2026-09-04"), ("after", 0, "2026-09-01")]
)
def test_the_day_asked_about_lies_on_the_other_side(side: str, days: int, day: str) -> None:
    config = {"form": "receivable", "field": "due", "side": side, "days": days, "at": "08:05"}
    assert trigger.filter(config, date(2026, 9, 1)) == {"field": "due", "op": "eq", "value": day}
    assert trigger.plan(config) == {"cron": "5 8 * * *"}
