"""Tables as CSV and XLSX files whose texts no spreadsheet takes for formulas."""

import csv
import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | Decimal | bool | datetime.date | None
KINDS = ("xlsx", "csv")

_BEGINS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""A text that begins so is calculated by some spreadsheet (OWASP, CSV injection)."""

_WIDTH = 18
_LONGEST_TITLE = 31


def protected(text: str) -> str:
    """A text as it stands in a file: without signs no spreadsheet can hold, behind an apostrophe where it would be
    calculated; `unprotected` takes that away again."""
    plain = "".join(sign for sign in text if sign in "\t\n\r" or ord(sign) >= 32)
    return f"'{plain}" if plain[:1] in _BEGINS_FORMULA and plain else plain


def unprotected(text: str) -> str:
    """A text as it was before `protected`."""
    return text[1:] if text[:1] == "'" and text[1:2] in _BEGINS_FORMULA and text[1:] else text


def write(path: Path, kind: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "") -> None:
    """A file of one of KINDS; rows are taken one by one, so that a long table needs little memory."""
    if kind == "csv":
        _write_csv(path, header, rows)
    else:
        _write_xlsx(path, header, rows, title)


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel knows UTF-8 by its mark only
        out = csv.writer(file)
        out.writerow([protected(name) for name in header])
        out.writerows([_in_csv(cell) for cell in row] for row in rows)


def _in_csv(cell: Cell) -> object:
    if isinstance(cell, str):
        return protected(cell)
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def _write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_bold(sheet, protected(name)) for name in header])
    for row in rows:
        sheet.append([protected(cell) if isinstance(cell, str) else cell for cell in row])
    book.save(path)


def _bold(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _sheet_title(title: str) -> str:
    kept = "".join(sign for sign in title if sign not in "[]:*?/\\" and ord(sign) >= 32)
    return kept[:_LONGEST_TITLE].strip("' ") or "Trellis"
