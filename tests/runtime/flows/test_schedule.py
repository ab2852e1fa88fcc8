"""Durations and due moments."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.flows.schedule import BACKOFF, after, moment_of, retry_at

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "due"),
    [
        ("PT90S", datetime(2026, 1, 31, 8, 1, 30, tzinfo=UTC)),
        ("P1DT2H", datetime(2026, 2, 1, 10, 0, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 8, 0, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 8, 0, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_duration_is_added_as_a_calendar_would(duration: str, due: datetime) -> None:
    assert after(NOW, duration) == due


@pytest.mark.parametrize("wrong", ["", "P", "PT", "1 day", "P1.5D", "-P1D", "P99Y", "P9999Y", "PT999999999H"])
def test_what_is_no_duration_or_too_long_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        after(NOW, wrong)


def test_a_date_is_midnight_where_the_tenant_is() -> None:
    assert moment_of("2026-09-01", "Asia/Shanghai") == datetime(2026, 8, 31, 16, 0, tzinfo=UTC)
    assert moment_of("2026-09-01T08:00:00Z", "Asia/Shanghai") == datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_tries_are_spaced_out_and_then_given_up() -> None:
    assert retry_at(NOW, 0) == NOW + timedelta(seconds=10)
    assert retry_at(NOW, len(BACKOFF)) is None
