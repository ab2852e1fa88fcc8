"""Files that no spreadsheet takes for formulas."""

import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from runtime.exchange.cells import text_of
from runtime.exchange.sheets import open_table
from runtime.exchange.writing import protected, unprotected, write

DANGEROUS = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "=1\x00", "\x00=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_t30_a_text_that_would_be_calculated_stands_behind_an_apostrophe(text: str) -> None:
    assert protected(text)[0] == "'"
    assert "\x00" not in protected(text)
    assert unprotected(protected(text)) == text.replace("\x00", "")


@pytest.mark.parametrize("text", ["", "张三", "'quoted'", "O'Neil", "a=b", "'", "1-2"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert protected(text) == text
    assert unprotected(text) == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_t30_what_is_written_is_read_again_and_numbers_stay_numbers(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"file.{kind}"
    rows = [['=1"2,\n3', Decimal("-1.50"), datetime.date(2026, 9, 1), None, "张三"], ["-5", -5, None, True, ""]]
    write(path, kind, ["=title", "b", "c", "d", "e"], rows, title="A/[b]:" + "长" * 40)
    table = open_table(path, path.name)
    assert table.header[0] == "'=title"
    first, second = (row for _, row in table.rows)
    assert text_of(first[0]) == '=1"2,\n3'
    assert [float(str(first[1])), float(str(second[1]))] == [-1.5, -5]
    assert text_of(first[2]) == "2026-09-01"
    assert text_of(second[0]) == "-5"


def test_t30_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    write(path, "xlsx", DANGEROUS, [DANGEROUS, [-1, *DANGEROUS[1:]]])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
