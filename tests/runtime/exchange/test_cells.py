"""Cells as people and spreadsheets write them, read for a field."""

import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runtime.exchange.cells import Unreadable, misfit, reader_of, text_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = {"type": "string"}
NUMBER = {"type": "number"}
MONEY = {"type": "number", "x-currency": "CNY", "x-scale": 2}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
YES_NO = {"type": "boolean"}
OPTIONS = [
    {"const": "won", "title": "赢单", "x-texts": {"en": {"title": "Won"}}},
    {"const": "lost", "title": "输单"},
]
CHOICE = {"type": "string", "oneOf": OPTIONS}
CHOICES = {"type": "array", "uniqueItems": True, "items": {"type": "string", "oneOf": OPTIONS}}


def read(cell: Any, schema: dict[str, Any], ui: dict[str, Any] | None = None) -> Any:
    return reader_of(schema, ui or {}, SHANGHAI)(cell)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000"])
def test_an_empty_cell_is_no_answer_for_any_field(cell: Any) -> None:
    assert [read(cell, schema) for schema in (TEXT, NUMBER, DAY, MOMENT, YES_NO, CHOICE, CHOICES)] == [None] * 7


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 甲 ", "甲"),
        (1001.0, "1001"),
        (13800138000.0, "13800138000"),
        (1.5, "1.5"),
        (7, "7"),
        (True, "true"),
        (datetime.datetime(2019, 3, 1), "2019-03-01"),
        (datetime.datetime(2019, 3, 1, 8, 30), "2019-03-01T08:30:00"),
        (None, ""),
    ],
)
def test_a_cell_is_written_as_a_person_would_write_it(cell: Any, text: str) -> None:
    assert text_of(cell) == text
    assert read(cell, TEXT) == (text or None)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("¥1,200", 1200),
        ("￥1，200.50", Decimal("1200.5")),
        ("1 200", 1200),
        ("12元", 12),
        ("$99.90", Decimal("99.9")),
        ("12.5%", Decimal("0.125")),
        ("-3", -3),
        ("1e3", 1000),
        (0.1, Decimal("0.1")),
        (2.0, 2),
        (0, 0),
    ],
)
def test_numbers_come_in_the_many_ways_they_are_written(cell: Any, number: Any) -> None:
    assert (read(cell, NUMBER), read(cell, MONEY)) == (number, number)
    assert not isinstance(read(cell, NUMBER), float)


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "NaN", "Infinity", "1e999", "--1", True, datetime.date(2020, 1, 1)])
def test_what_is_no_number_is_unreadable(cell: Any) -> None:
    with pytest.raises(Unreadable):
        read(cell, NUMBER)


@pytest.mark.parametrize(
    "cell",
    [
        *("2019-03-01", "2019/3/1", "2019.3.1", "2019年3月1日", "20190301", " 2019-3-01 ", "2019-03-01 08:30"),
        *(43525, 43525.75, datetime.date(2019, 3, 1), datetime.datetime(2019, 3, 1, 8, 30)),
    ],
)
def test_dates_come_in_the_many_ways_they_are_written(cell: Any) -> None:
    assert read(cell, DAY) == "2019-03-01"


@pytest.mark.parametrize(
    "cell",
    ["2019-13-01", "2019-02-30", "01/03/2019", "soon", -5, 0, 3_000_000, True, "99999999", "2019-03-01 or so",
     "2019/3/1-2019/3/5"],
)  # fmt: skip
def test_what_is_no_date_is_unreadable_and_never_guessed(cell: Any) -> None:
    with pytest.raises(Unreadable):
        read(cell, DAY)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2019-03-01 08:30", "2019-03-01T00:30:00Z"),
        ("2019年3月1日 8:30", "2019-03-01T00:30:00Z"),
        ("2019-03-01T08:30:00Z", "2019-03-01T08:30:00Z"),
        ("2019-03-01T08:30:00+09:00", "2019-02-28T23:30:00Z"),
        (datetime.datetime(2019, 3, 1, 8, 30), "2019-03-01T00:30:00Z"),
        ("2019-03-01", "2019-02-28T16:00:00Z"),
        (datetime.date(2019, 3, 1), "2019-02-28T16:00:00Z"),
    ],
)
def test_a_time_without_a_zone_is_a_time_where_the_importer_is(cell: Any, moment: str) -> None:
    assert read(cell, MOMENT) == moment


def test_an_excel_serial_number_keeps_its_time_of_day() -> None:
    assert read(43525.75, MOMENT) == "2019-03-01T10:00:00Z"


def test_a_time_that_is_none_is_unreadable() -> None:
    for cell in ("2019-03-01 25:00", "2019-03-01 8:75", "tomorrow", 0.5):
        with pytest.raises(Unreadable):
            read(cell, MOMENT)


@pytest.mark.parametrize(("cell", "value"), [("是", True), ("否", False), ("Yes", True), ("n", False), (1, True),
                                             (0.0, False), (True, True), ("√", True), ("FALSE", False)])  # fmt: skip
def test_yes_and_no_are_read_in_chinese_and_english(cell: Any, value: bool) -> None:
    assert read(cell, YES_NO) is value


def test_neither_yes_nor_no_is_unreadable() -> None:
    for cell in ("也许", 2, "10"):
        with pytest.raises(Unreadable):
            read(cell, YES_NO)


@pytest.mark.parametrize("cell", ["won", "赢单", "Won", " WON "])
def test_an_option_is_named_by_its_value_or_by_its_title_in_any_language(cell: str) -> None:
    assert read(cell, CHOICE) == "won"


def test_an_option_that_is_a_number_is_found_though_excel_writes_a_fraction() -> None:
    assert read(3.0, {"type": "string", "oneOf": [{"const": "3", "title": "三"}]}) == "3"


@pytest.mark.parametrize("cell", ["赢单、输单", "won,lost", "Won; 输单", "赢单，输单，赢单", "won\nlost", "赢单、"])
def test_several_options_are_split_as_people_split_them(cell: str) -> None:
    assert read(cell, CHOICES) in (["won", "lost"], ["won"])
    assert len(set(read(cell, CHOICES))) == len(read(cell, CHOICES))


def test_an_option_there_is_not_is_unreadable() -> None:
    for cell, schema in (("merged", CHOICE), ("won、merged", CHOICES)):
        with pytest.raises(Unreadable):
            read(cell, schema)


def test_an_enum_without_titles_is_a_choice_too() -> None:
    assert read("B", {"type": "string", "enum": ["A", "B"]}) == "B"


@pytest.mark.parametrize(
    ("cell", "schema", "said"),
    [
        ("很多", NUMBER, "“很多” is not a number."),
        ("很多", MONEY, "“很多” is not a number."),
        ("明天", DAY, "“明天” is not a date; write it like 2026-03-31."),
        ("明天", MOMENT, "“明天” is not a moment; write it like 2026-03-31 14:30."),
        ("也许", YES_NO, "“也许” is neither yes nor no."),
        ("跟进", CHOICE, "“跟进” is none of the choices: 赢单 / 输单."),
        ("赢单;跟进", CHOICES, "“赢单;跟进” is none of the choices: 赢单 / 输单."),
    ],
)
def test_it_is_said_what_a_cell_should_have_been(cell: str, schema: dict[str, Any], said: str) -> None:
    assert str(misfit(cell, schema, {})) == said


def test_of_many_choices_the_first_are_named() -> None:
    many = {"type": "string", "oneOf": [{"const": str(number)} for number in range(100)]}
    assert str(misfit("x", many, {})).endswith(": 0 / 1 / 2 / 3 / 4 / 5 / 6 / 7 ….")
