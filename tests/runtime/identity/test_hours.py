"""When a tenant works."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from runtime.expressions import compile_expression
from runtime.identity.hours import USUAL, TenantWeek, hours_of

CHINA = json.loads((Path(__file__).parents[2] / "documents" / "calendar.json").read_text(encoding="utf-8"))
HOURS = hours_of(CHINA, "UTC")
DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 1))


def moment(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_holiday_is_free_and_a_sunday_in_exchange_is_worked() -> None:
    assert [HOURS.works(date(2026, 10, day)) for day in (1, 7, 8, 10, 11)] == [False, False, True, True, False]
    assert HOURS.works(date(2026, 9, 20))


@given(DAYS, st.integers(0, 120))
def test_working_days_are_counted_as_if_one_by_one(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    slowly = sum(HOURS.works(first + timedelta(days=step)) for step in range(length + 1))
    assert HOURS.workdays(first, last) == slowly


def test_hours_are_told_on_the_calendars_own_clock() -> None:
    assert [HOURS.is_open(moment(21, *at)) for at in ((8, 59), (9, 0), (12, 0), (13, 30), (18, 0))] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert HOURS.is_open(datetime(2026, 9, 21, 1, 30, tzinfo=UTC))


def test_the_next_hour_of_work_is_found_over_night_weekend_and_holiday() -> None:
    assert HOURS.next_open(moment(21, 10)) == moment(21, 10)
    assert HOURS.next_open(moment(21, 12, 5)) == moment(21, 13, 30)
    assert HOURS.next_open(moment(21, 19)) == moment(22, 9)
    assert HOURS.next_open(moment(30, 19)) == moment(8, 9, month=10)
    never = hours_of({**CHINA, "week": {}, "workdays": []}, "UTC")
    assert never.next_open(moment(21, 10)) is None


def test_formulas_count_by_the_tenants_week() -> None:
    count = compile_expression("WORKDAYS(DATE(2026, 9, 30), DATE(2026, 10, 11), [DATE(2026, 10, 8)])")
    assert count.evaluate({"week": TenantWeek({"calendar": CHINA}, "Asia/Shanghai")}) == 3  # 30, 9, 10
    assert count.evaluate({"week": TenantWeek({}, "Asia/Shanghai")}) == count.evaluate({}) == 7
    back = compile_expression("WORKDAYS(DATE(2026, 10, 11), DATE(2026, 9, 30))")
    assert back.evaluate({"week": TenantWeek({"calendar": CHINA}, "Asia/Shanghai")}) == -4


def test_what_holds_until_somebody_sets_something_is_nine_to_six() -> None:
    usual = hours_of(USUAL, "Asia/Shanghai")
    assert (usual.is_open(moment(21, 10)), usual.is_open(moment(20, 10))) == (True, False)
