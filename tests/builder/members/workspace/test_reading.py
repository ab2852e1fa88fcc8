"""What an admin sends about the workspace, and the colours on offer."""

import re
from pathlib import Path

import pytest

from builder.members.workspace.reading import ACCENTS, calendar_from, look_problems, shown
from runtime.documents.check import check

CLOCKS = [("09:00", "12:00"), ("13:30", "18:00")]
CSS = (Path(__file__).parents[4] / "static" / "trellis.css").read_text(encoding="utf-8")


def test_days_hours_and_exceptions_become_a_calendar_and_come_back() -> None:
    holidays = "2026-10-01 ~ 2026-10-07 国庆节\r\n\r\n2027-01-01 元旦\n2026-06-19至2026-06-21"
    calendar, problems = calendar_from(["sat", "mon", "x"], CLOCKS, holidays, "2026-10-10 国庆调休")
    assert problems == []
    assert calendar["week"] == {"mon": [list(span) for span in CLOCKS], "sat": [list(span) for span in CLOCKS]}
    assert calendar["holidays"] == [
        {"title": "国庆节", "from": "2026-10-01", "to": "2026-10-07"},
        {"title": "元旦", "from": "2027-01-01", "to": "2027-01-01"},
        {"from": "2026-06-19", "to": "2026-06-21"},
    ]
    assert calendar["workdays"] == [{"title": "国庆调休", "date": "2026-10-10"}]
    assert check("calendar", calendar) == []
    back = shown(calendar)
    assert (back["days"], back["clocks"]) == (["mon", "sat"], [list(span) for span in CLOCKS])
    assert calendar_from(back["days"], back["clocks"], back["holidays"], back["workdays"])[0] == calendar


@pytest.mark.parametrize(
    ("days", "clocks", "holidays", "workdays", "pointer"),
    [
        ([], CLOCKS, "", "", "/days"),
        (["mon"], [("", ""), ("", "")], "", "", "/from1"),
        (["mon"], [("18:00", "09:00")], "", "", "/from1"),
        (["mon"], [("13:00", "18:00"), ("09:00", "12:00")], "", "", "/from1"),
        (["mon"], [("9", "x")], "", "", "/from1"),
        (["mon"], CLOCKS, "国庆节", "", "/holidays"),
        (["mon"], CLOCKS, "2026-02-30", "", "/holidays"),
        (["mon"], CLOCKS, "2026-10-07 ~ 2026-10-01", "", "/holidays"),
        (["mon"], CLOCKS, "0001-01-01 ~ 9999-12-31", "", "/holidays"),
        (["mon"], CLOCKS, "", "10.10.2026", "/workdays"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(days, clocks, holidays, workdays, pointer: str) -> None:
    assert [problem.pointer for problem in calendar_from(days, clocks, holidays, workdays)[1]] == [pointer]


def test_name_language_zone_and_colour_are_held_to_what_there_is() -> None:
    good = {"title": "演示公司", "lang": "zh-CN", "timezone": "Asia/Shanghai", "accent": "blue"}
    assert look_problems(good) == []
    bad = {"title": " ", "lang": "xx", "timezone": "../etc/passwd", "accent": '"><script>'}
    assert [problem.pointer for problem in look_problems(bad)] == ["/title", "/lang", "/timezone", "/accent"]


# --- contrast ----------------------------------------------------------------------------------


def colours() -> dict[str, str]:
    return dict(re.findall(r'data-accent="(\w+)"\] \{ --accent: (#\w{6})', CSS)) | {
        "teal": re.findall(r":root \{\s*--accent: (#\w{6})", CSS)[0]
    }


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def mixed(one: str, other: str, share: float) -> list[float]:
    """`color-mix(in oklab, one share, other)` in linear light."""
    forward = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566))
    forward += ((0.0883024619, 0.2817188376, 0.6299787005),)
    lms = [
        [sum(f * v for f, v in zip(row, linear(colour), strict=True)) ** (1 / 3) for row in forward]
        for colour in (one, other)
    ]  # fmt: skip
    # the way from lms' to oklab is linear, so mixing there is mixing here
    cubes = [(a * share + b * (1 - share)) ** 3 for a, b in zip(*lms, strict=True)]
    back = ((4.0767416621, -3.3077115913, 0.2309699292), (-1.2684380046, 2.6097574011, -0.3413193965))
    back += ((-0.0041960863, -0.7034186147, 1.7076147010),)
    return [min(1.0, max(0.0, sum(f * v for f, v in zip(row, cubes, strict=True)))) for row in back]


def contrast(one: list[float], other: list[float]) -> float:
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05 for r, g, b in (one, other))
    return lights[1] / lights[0]


@pytest.mark.parametrize("accent", ACCENTS)
def test_every_colour_can_be_read_in_both_looks(accent: str) -> None:
    colour, white, dark = colours()[accent], "#ffffff", "#1c2125"
    tints = re.findall(r"--tint: color-mix\(in oklab, var\(--accent\) (\d+)%", CSS)
    light_share, dark_share = (int(found) / 100 for found in tints)
    link_share = int(re.findall(r"--tblr-link-color: color-mix\(in oklab, #fff (\d+)%", CSS)[0]) / 100
    link = mixed(white, colour, link_share)
    assert contrast(linear(white), linear(colour)) >= 4.5  # a button; a link on a card
    assert contrast(linear("#f6f7f8"), linear(colour)) >= 4.5  # a link on the page
    assert contrast(mixed(colour, white, light_share), linear(colour)) >= 4.5  # what is chosen
    assert contrast(linear(dark), link) >= 4.5
    assert contrast(linear("#14181b"), link) >= 4.5
    assert contrast(mixed(colour, dark, dark_share), link) >= 4.5


def test_the_page_offers_the_colours_that_the_style_sheet_has() -> None:
    assert set(colours()) == set(ACCENTS)
    page = (Path(__file__).parents[4] / "static" / "members.css").read_text(encoding="utf-8")
    assert dict(re.findall(r"\.accent-(\w+) \{ background: (#\w{6})", page)) == colours()
