"""Days counted from today."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from runtime.documents import check_app
from runtime.documents.days import day_from, is_relative, moment_from

TODAY = date(2026, 3, 31)
FORM = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "schema": {"type": "object", "properties": {
        "on": {"type": "string", "format": "date"}, "at": {"type": "string", "format": "date-time"}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ({"days": -3}, date(2026, 3, 28)),
        ({"weeks": 1}, date(2026, 4, 7)),
        ({"months": -1}, date(2026, 2, 28)),
        ({"years": 1}, date(2027, 3, 31)),
        ({"days": 0}, TODAY),
    ],
)
def test_a_day_is_counted_from_today(written: dict[str, int], day: date) -> None:
    assert is_relative(written)
    assert day_from(written, TODAY) == day


def test_a_moment_has_a_clock_where_it_is_that_day() -> None:
    assert moment_from({"days": 1, "at": "09:30"}, TODAY, ZoneInfo("Asia/Shanghai")) == "2026-04-01T01:30:00Z"


@pytest.mark.parametrize(
    "odd", [{"days": "3"}, {"days": True}, {"days": 10**9}, {"days": 1, "weeks": 1}, {}, {"at": "9"}]
)
def test_a_sample_row_whose_date_is_no_day_is_told(odd: dict[str, object]) -> None:
    app = {"format": "app/1", "key": "crm", "title": "x", "forms": [FORM], "sample": {"visit": [{"on": odd}]}}
    assert [problem.pointer for problem in check_app(app)] == ["/sample/visit/0/on"]


def test_a_sample_row_may_count_its_dates_and_have_texts_in_other_languages() -> None:
    row = {"on": {"days": -3}, "at": {"weeks": 1, "at": "14:30"}, "x-texts": {"en": {"on": "x"}}}
    app = {"format": "app/1", "key": "crm", "title": "x", "forms": [FORM], "sample": {"visit": [row]}}
    assert check_app(app) == []
