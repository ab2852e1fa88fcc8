"""When somebody wants to be told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from runtime.identity.hours import USUAL, hours_of
from runtime.notices.habits import as_form, habit_of, read

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = hours_of(USUAL, "Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)  # the 25th is a Wednesday


@pytest.mark.parametrize(
    ("kept", "now", "told"),
    [
        ({}, at(25, 3, 7), at(25, 3, 7)),
        ({"bundle": "hourly"}, at(25, 10, 7), at(25, 11)),
        ({"bundle": "hourly"}, at(25, 23, 59), at(26, 0)),
        ({"bundle": "daily", "at": "09:00"}, at(25, 8, 59), at(25, 9)),
        ({"bundle": "daily", "at": "09:00"}, at(25, 9), at(26, 9)),
        ({"quiet": ["22:00", "08:00"]}, at(25, 21, 59), at(25, 21, 59)),
        ({"quiet": ["22:00", "08:00"]}, at(25, 22), at(26, 8)),
        ({"quiet": ["22:00", "08:00"]}, at(25, 7, 59), at(25, 8)),
        ({"quiet": ["12:00", "13:00"]}, at(25, 12, 30), at(25, 13)),
        ({"bundle": "hourly", "quiet": ["22:00", "08:00"]}, at(25, 21, 30), at(26, 8)),
        ({"work": True}, at(25, 12, 30), at(25, 13, 30)),
        ({"work": True}, at(28, 10), at(30, 9)),
        ({"bundle": "daily", "at": "07:00", "work": True}, at(27, 10), at(30, 9)),
    ],
)
def test_what_happens_is_told_when_it_is_wanted(kept, now: datetime, told: datetime) -> None:
    assert habit_of(kept).due(now, ZONE, HOURS) == told


def test_a_form_is_read_and_shown_again() -> None:
    form = {"bundle": "daily", "at": "08:30", "quiet_from": "22:00", "quiet_to": "08:00", "work": "on"}
    kept, problems = read(form)
    assert (problems, as_form(kept)) == ([], form)
    bad = {"bundle": "never", "at": "9", "quiet_from": "22:00", "quiet_to": ""}
    assert [problem.pointer for problem in read(bad)[1]] == ["/bundle", "/at", "/quiet_from"]
