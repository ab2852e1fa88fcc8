"""Points in time."""

import pytest

from widgets.base import Field, Reader
from widgets.datetime import widget

FIELD = Field("at", {"type": "string", "format": "date-time"})
SHANGHAI = Reader(lang="zh-CN", timezone="Asia/Shanghai")


def test_a_moment_typed_in_the_readers_zone_is_kept_in_utc():
    assert widget.parse(["2026-02-03T09:30"], FIELD, SHANGHAI) == "2026-02-03T01:30:00Z"


def test_a_kept_moment_comes_back_to_the_readers_clock():
    assert widget.fill("2026-02-03T01:30:00Z", FIELD, SHANGHAI)["value"] == "2026-02-03T09:30"
    assert widget.display("2026-02-03T01:30:00Z", FIELD, SHANGHAI) == "2026-02-03 09:30"


def test_seconds_of_a_kept_moment_survive_an_edit():
    shown = widget.fill("2026-02-03T01:30:25Z", FIELD, SHANGHAI)["value"]
    assert widget.parse([shown], FIELD, SHANGHAI) == "2026-02-03T01:30:25Z"


@pytest.mark.parametrize("typed", ["soon", "2026-13-01T00:00", "0001-01-01T00:00"])
def test_what_is_no_moment_stays_as_it_was_typed(typed: str):
    assert widget.parse([typed], FIELD, SHANGHAI) == typed
