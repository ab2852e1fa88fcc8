"""Days."""

import pytest

from widgets.base import Field, Reader
from widgets.date import widget

FIELD = Field("day", {"type": "string", "format": "date"})


@pytest.mark.parametrize("typed", ["2026-02-03", "2026/2/3", "2026.2.3", "2026年2月3日"])
def test_a_day_is_read_in_the_ways_people_write_it(typed: str):
    assert widget.parse([typed], FIELD, Reader()) == "2026-02-03"


@pytest.mark.parametrize("typed", ["2026-02-30", "tomorrow", "3.2.26"])
def test_what_is_no_day_stays_as_it_was_typed(typed: str):
    assert widget.parse([typed], FIELD, Reader()) == typed


def test_a_day_is_shown_in_the_readers_manner():
    assert widget.display("2026-02-03", FIELD, Reader(lang="zh-CN")) == "2026-02-03"
    assert widget.display("2026-02-03", FIELD, Reader(lang="en")) == "3 Feb 2026"
