"""A row read as answers, with what was wrong in it."""

from typing import Any
from zoneinfo import ZoneInfo

from runtime.answers import compile_form
from runtime.contracts import Problem
from runtime.exchange.mapping import Column, Options
from runtime.exchange.rows import PERSON, Note, Reading, notes_of, places_of, read_row, target_of
from runtime.i18n import message

FORM = compile_form(
    {
        "format": "form/1",
        "key": "order",
        "title": "订单",
        "schema": {
            "type": "object",
            "properties": {
                "number": {"type": "string", "title": "编号"},
                "省/自治区": {"type": "string", "title": "省/自治区"},
                "amount": {"type": "number", "title": "金额"},
                "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
                "seller": {"type": "string", "title": "销售", "x-ref": {"person": True}},
            },
        },
    }
)
HEADER = ("客户", "", "金额", "编号", "销售", "别的")


def read(*row: Any) -> Reading:
    columns = tuple(
        Column(*pair) for pair in (("编号", "number"), ("金额", "amount"), ("客户", "customer"), ("销售", "seller"))
    )
    return read_row(7, row, places_of(HEADER, Options(columns), FORM, ZoneInfo("UTC")))


def test_columns_are_found_by_their_header_wherever_they_stand() -> None:
    reading = read("甲公司", "?", "1,200", 1001.0, "张三", "x")
    assert (reading.answers, reading.notes) == ({"number": "1001", "amount": 1200}, [])


def test_links_and_people_are_left_to_be_looked_up_by_their_names() -> None:
    assert read(" 甲公司 ", "", 1, "A", "张三").names == {"customer": "甲公司", "seller": "张三"}
    assert read(4711.0, "", 1, "A", None).names == {"customer": "4711"}
    assert [target_of(FORM, name) for name in ("customer", "seller", "number")] == ["customer", PERSON, ""]


def test_a_row_that_ends_early_and_empty_cells_give_no_answers() -> None:
    assert read() == Reading(7)
    assert read(None, None, "  ", "A") == Reading(7, {"number": "A"})


def test_a_cell_its_field_cannot_hold_is_noted_with_row_and_value_and_left_out() -> None:
    reading = read("甲", "", "viel" * 100, "A")
    [note] = reading.notes
    assert reading.answers == {"number": "A"}
    assert (note.row, note.field, note.keyword, len(note.value)) == (7, "amount", "type", 200)
    assert "viel" in str(note.message)


def test_problems_of_a_record_are_notes_at_its_row() -> None:
    why = message("This is required.")
    problems = [Problem("/number", "required", why), Problem("/省~1自治区", "enum", why), Problem("", "schema", why)]
    assert notes_of(7, problems, {"省/自治区": "东"}) == [
        Note(7, "number", "required", why), Note(7, "省/自治区", "enum", why, "东"), Note(7, "", "schema", why),
    ]  # fmt: skip
