"""Days in weeks and lanes, and the days of a record moved."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from runtime.views.calendars.month import Entry, agenda, grid, local, month_in, moved, next_month, weeks

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOVEMBER = date(2026, 11, 1)


def entry(title: str, first: int, last: int | None = None) -> Entry:
    return Entry(title, 1, title, "", date(2026, 11, first), date(2026, 11, last or first))


def test_a_month_is_shown_in_whole_weeks_from_monday_to_sunday() -> None:
    days = grid(NOVEMBER)
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 12, 6), 42)
    assert len(grid(date(2027, 2, 1))) == 28


@pytest.mark.parametrize("text", [None, "", "2026-13", "x", "0000-01", "99999-01", "2026-11-01"])
def test_what_is_no_month_is_this_month(text: str | None) -> None:
    assert month_in(text, date(2026, 11, 24)) == NOVEMBER


def test_the_months_beside_cross_the_year_and_end_at_the_edges_of_time() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert next_month(date(1, 1, 1), -1) == date(1, 1, 1)
    for first in (date(1, 1, 1), date(9998, 12, 1)):
        assert grid(first)


def test_a_long_entry_is_cut_at_the_ends_of_weeks() -> None:
    pieces = [
        (index, piece)
        for index, week in enumerate(weeks(NOVEMBER, NOVEMBER, [entry("a", 6, 10)]))
        for piece in week.pieces
    ]
    assert [(index, one.day, one.width, one.begins, one.ends) for index, one in pieces] == [
        (1, 5, 3, True, False), (2, 1, 2, False, True),
    ]  # fmt: skip


def test_entries_of_a_day_lie_in_lanes_of_their_own_and_what_finds_none_is_counted() -> None:
    some = [entry("long", 2, 4), *(entry(f"e{number}", 3) for number in range(5))]
    week = weeks(NOVEMBER, NOVEMBER, some)[1]
    assert sorted((piece.entry.title, piece.lane) for piece in week.pieces) == [
        ("e0", 2), ("e1", 3), ("e2", 4), ("long", 1),
    ]  # fmt: skip
    assert [(day.count, day.more) for day in week.days[:3]] == [(1, 0), (6, 2), (1, 0)]


def test_the_list_names_a_long_entry_on_each_of_its_days_in_the_month() -> None:
    over = Entry("a", 1, "a", "", date(2026, 10, 30), date(2026, 11, 2))
    assert list(agenda(NOVEMBER, [over])) == [date(2026, 11, 1), date(2026, 11, 2)]


def test_a_moment_lies_on_the_day_its_reader_has() -> None:
    assert local("2026-11-02T17:30:00Z", SHANGHAI) == (date(2026, 11, 3), "01:30")
    assert local("2026-11-02", SHANGHAI) == (date(2026, 11, 2), "")
    for strange in (None, 5, "", "x", ["2026-11-02"]):
        assert local(strange, SHANGHAI) is None


def test_a_record_is_moved_with_its_length_and_its_time_of_day() -> None:
    assert moved({"a": "2026-11-02", "b": "2026-11-05"}, ["a", "b"], date(2026, 12, 1), SHANGHAI) == {
        "a": "2026-12-01", "b": "2026-12-04",
    }  # fmt: skip
    assert moved({"a": "2026-11-02T17:30:00Z"}, ["a"], date(2026, 11, 10), SHANGHAI) == {"a": "2026-11-09T17:30:00Z"}
    assert moved({"b": "2026-11-05"}, ["a", "b"], date(2026, 12, 1), SHANGHAI) == {}


def test_the_time_of_day_stays_when_the_clocks_are_changed_in_between() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert moved({"a": "2026-10-20T07:00:00Z"}, ["a"], date(2026, 10, 27), berlin) == {"a": "2026-10-27T08:00:00Z"}
