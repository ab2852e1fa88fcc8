"""Functions over dates, dates with time, and durations."""

import calendar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.contracts import Week
from runtime.expressions.errors import EvaluationError
from runtime.expressions.functions.numbers import whole
from runtime.expressions.functions.table import (
    HOURLY,
    LIST,
    MOMENT,
    NUMBER,
    TEXT,
    Function,
    Run,
    define,
    first_type,
    local,
)
from runtime.expressions.values import duration_of, items
from runtime.i18n import message


def _day(value: date, run: Run) -> date:
    """The date of a value, on the tenant's clock."""
    return local(value, run).date() if isinstance(value, datetime) else value


def _read_date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise EvaluationError(message("This text is not a date such as 2025-03-01.")) from None


@define("DATE(year, month, day)", MOMENT | NUMBER | TEXT, NUMBER, NUMBER, gives_kind="date", optional=2)
def date_(run: Run, value: Any, month: Decimal | None = None, day: Decimal | None = None) -> date:
    """A date from three numbers, from a text such as 2025-03-01, or the date of a date with time."""
    if isinstance(value, Decimal) and month is not None and day is not None:
        return date(whole(value), whole(month), whole(day))
    if month is not None or isinstance(value, Decimal):
        raise EvaluationError(message("A date is made of a year, a month and a day."))
    return _read_date(value) if isinstance(value, str) else _day(value, run)


@define("DATETIME(date, hour, minute)", MOMENT | TEXT, NUMBER, NUMBER, gives_kind="datetime", optional=2)
def datetime_(run: Run, day: Any, hour: Decimal = Decimal(0), minute: Decimal = Decimal(0)) -> datetime:
    """A moment of a day, or from a text such as 2025-03-01T08:30; on the tenant's clock, unless the text says Z."""
    if isinstance(day, str):
        return _read_moment(day, run)
    on = _day(day, run)
    return datetime(on.year, on.month, on.day, whole(hour), whole(minute), tzinfo=run.zone)


def _read_moment(text: str, run: Run) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise EvaluationError(message("This text is not a date with time such as 2025-03-01T08:30.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=run.zone)


@define("YEAR(date)", MOMENT, gives_kind="number")
def year(run: Run, value: date) -> Decimal:
    """The year."""
    return Decimal(_day(value, run).year)


@define("MONTH(date)", MOMENT, gives_kind="number")
def month(run: Run, value: date) -> Decimal:
    """1 to 12."""
    return Decimal(_day(value, run).month)


@define("DAY(date)", MOMENT, gives_kind="number")
def day(run: Run, value: date) -> Decimal:
    """1 to 31."""
    return Decimal(_day(value, run).day)


@define("WEEKDAY(date)", MOMENT, gives_kind="number")
def weekday(run: Run, value: date) -> Decimal:
    """1 for Monday to 7 for Sunday."""
    return Decimal(_day(value, run).isoweekday())


@define("HOUR(datetime)", HOURLY, gives_kind="number")
def hour(run: Run, value: datetime) -> Decimal:
    """0 to 23, on the tenant's clock."""
    return Decimal(local(value, run).hour)


@define("MINUTE(datetime)", HOURLY, gives_kind="number")
def minute(run: Run, value: datetime) -> Decimal:
    """0 to 59."""
    return Decimal(local(value, run).minute)


@define("MONTH_START(date)", MOMENT, gives_kind="date")
def month_start(run: Run, value: date) -> date:
    """The first day of the month."""
    return _day(value, run).replace(day=1)


@define("MONTH_END(date)", MOMENT, gives_kind="date")
def month_end(run: Run, value: date) -> date:
    """The last day of the month."""
    on = _day(value, run)
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


@define("ADD_DAYS(date, count)", MOMENT, NUMBER, like=first_type)
def add_days(run: Run, value: date, count: Decimal) -> date:
    """So many days later, or earlier; the clock stays the same."""
    return value + timedelta(days=whole(count))


@define("ADD_MONTHS(date, count)", MOMENT, NUMBER, like=first_type)
def add_months(run: Run, value: date, count: Decimal) -> date:
    """The same day so many months later, or the last of that month where there is no such day."""
    on = local(value, run) if isinstance(value, datetime) else value
    years, months = divmod(on.year * 12 + on.month - 1 + whole(count), 12)
    if not 1 <= years <= 9999:
        raise EvaluationError(message("There is no such date."))
    return on.replace(year=years, month=months + 1, day=min(on.day, calendar.monthrange(years, months + 1)[1]))


@define("DAYS(end, start)", MOMENT, MOMENT, gives_kind="number")
def days(run: Run, end: date, start: date) -> Decimal:
    """Days from start to end, negative when the end comes first."""
    return Decimal((_day(end, run) - _day(start, run)).days)


@define("WORKDAYS(start, end, holidays)", MOMENT, MOMENT, LIST, gives_kind="number", optional=1)
def workdays(run: Run, start: date, end: date, holidays: list[Any] | None = None) -> Decimal:
    """Working days between two dates, both counted, without the holidays.

    Working days are those of the workspace's settings, else Monday to Friday.
    """
    first, last = _day(start, run), _day(end, run)
    run.spend(len(holidays or ()))
    free = {_day(value, run) for value in items(holidays or ()) if isinstance(value, date)}
    week = run.week or MONDAY_TO_FRIDAY
    return Decimal(_workdays(week, first, last, free) if first <= last else -_workdays(week, last, first, free))


def _workdays(week: Week, first: date, last: date, free: set[date]) -> int:
    return week.workdays(first, last) - sum(week.works(day) for day in free if first <= day <= last)


class _MondayToFriday:
    def works(self, day: date) -> bool:
        return day.isoweekday() < 6

    def workdays(self, first: date, last: date) -> int:
        return _weekdays_before(last.toordinal() + 1) - _weekdays_before(first.toordinal())


MONDAY_TO_FRIDAY: Week = _MondayToFriday()


def _weekdays_before(ordinal: int) -> int:
    """Days from Monday to Friday before the day with this number; day 1 is a Monday."""
    weeks, rest = divmod(ordinal - 1, 7)
    return weeks * 5 + min(rest, 5)


def _duration(usage: str, unit: timedelta) -> Function:
    @define(usage, NUMBER, gives_kind="duration")
    def made(run: Run, count: Decimal) -> timedelta:
        return duration_of(count, unit)

    return made


FUNCTIONS = (
    date_, datetime_, year, month, day, weekday, hour, minute, month_start, month_end,
    add_days, add_months, days, workdays,
    _duration("DAYS_OF(count)", timedelta(days=1)),
    _duration("HOURS_OF(count)", timedelta(hours=1)),
    _duration("MINUTES_OF(count)", timedelta(minutes=1)),
)  # fmt: skip
