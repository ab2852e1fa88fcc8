"""Holidays as people paste them."""

import pytest

from builder.members.workspace.days import read
from builder.members.workspace.reading import calendar_from

NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""


def test_the_yearly_notice_is_read_as_it_was_published() -> None:
    found = read(NOTICE)
    assert found.off == [
        ("2026-01-01", "2026-01-03", "元旦"),
        ("2026-02-15", "2026-02-23", "春节"),
        ("2026-04-04", "2026-04-06", "清明节"),
        ("2026-10-01", "2026-10-07", "国庆节"),
    ]
    assert [first for first, _, _ in found.worked] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10",
    ]  # fmt: skip
    assert found.not_read == []
    calendar, problems = calendar_from(["mon"], [("09:00", "18:00")], NOTICE, "2026-01-04 元旦")
    assert problems == []
    assert calendar["workdays"][0] == {"title": "元旦", "date": "2026-01-04"}
    assert len(calendar["workdays"]) == 5


@pytest.mark.parametrize(
    ("line", "off"),
    [
        ("2026年10月1日至2026年10月7日 国庆节", ("2026-10-01", "2026-10-07", "国庆节")),
        ("2026/5/1 劳动节", ("2026-05-01", "2026-05-01", "劳动节")),
        ("元旦：2022年12月31日至2023年1月2日放假调休，共3天。", ("2022-12-31", "2023-01-02", "元旦")),
        ("2025年清明节：4月4日（周五）放假，与周末连休。", ("2025-04-04", "2025-04-04", "清明节")),
    ],
)
def test_days_are_read_in_the_ways_they_are_written(line: str, off: tuple[str, str, str]) -> None:
    assert read(line).off == [off]


@pytest.mark.parametrize(
    "line",
    ["国庆节", "元旦：1月1日至3日放假。", "2026-13-40", "各地区、各部门：节假日期间", "春节：2026年2月31日放假。"],
)
def test_what_says_no_day_is_said(line: str) -> None:
    assert read(line).off == []
    assert read(f"2026-10-01\n{line}").not_read == [line]
