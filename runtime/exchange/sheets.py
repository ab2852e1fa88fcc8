"""Reading CSV, XLSX and XLS row by row, with bounds checked before anything large is unpacked."""

import csv
import datetime
import itertools
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import defusedxml
import openpyxl
import xlrd
from openpyxl.xml import DEFUSEDXML

from runtime.contracts import BadRequest, TooMuch
from runtime.i18n import message

Cell = str | int | float | bool | datetime.date | datetime.datetime | None
Row = tuple[Cell, ...]

MAX_BYTES = 50 * 2**20
MAX_UNPACKED = 300 * 2**20
MAX_RATIO = 100
"""How many times larger than the file its unpacked content may be, once that is more than a few megabytes."""

SMALL = 8 * 2**20
MAX_COLUMNS = 500
MAX_ROWS = 200_000
MAX_BLANK_ROWS = 1_000
"""After so many blank rows a sheet is taken to be over: one cell far down must not cost a million rows."""

_BROKEN = (
    *(ValueError, LookupError, TypeError, AttributeError, OSError, EOFError, SyntaxError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, RuntimeError, defusedxml.DefusedXmlException),
)
"""What openpyxl and zipfile fail with on a file that is damaged, encrypted or hostile."""

if not DEFUSEDXML:
    raise ImportError("openpyxl is safe from XML bombs only with defusedxml")


@dataclass(frozen=True)
class Table:
    """The header and the rows below it; `rows` can be read once."""

    header: tuple[str, ...]
    rows: Iterator[Row]


def open_table(path: Path, name: str, sheet: str = "") -> Table:
    """The table of a file (of a sheet, the first where none is named); raises BadRequest, TooMuch."""
    if path.stat().st_size > MAX_BYTES:
        raise TooMuch(message("The file is larger than %(most)s MB.", most=MAX_BYTES // 2**20))
    read = _READERS.get(kind_of(path))
    if read is None:
        raise BadRequest(message("“%(name)s” is no CSV, XLSX or XLS file.", name=name))
    rows = _bounded(read(path, sheet))
    header = next(rows, None)
    if header is None:
        raise BadRequest(message("“%(name)s” has no rows.", name=name))
    return Table(_names(header), rows)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, none for CSV; raises BadRequest, TooMuch."""
    kind = kind_of(path)
    if kind == "xlsx":
        with _workbook(path) as workbook:
            return list(workbook.sheetnames)
    return list(_book(path).sheet_names()) if kind == "xls" else []


def kind_of(path: Path) -> str:
    """What a file is by its content: "xlsx", "xls", "csv" or ""."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    return "" if b"\x00" in start else "csv"


# --- CSV -----------------------------------------------------------------------------------------


def _csv(path: Path, sheet: str) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=first.count)
        try:
            for row in csv.reader(file, delimiter=delimiter):
                yield tuple(cell if cell.strip() else None for cell in row)
        except csv.Error:
            raise BadRequest(message("The file is no readable CSV.")) from None


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, else the encoding that Chinese Excel writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(2**20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise BadRequest(message("The file is neither UTF-8 nor GB18030 text."))


# --- XLSX ----------------------------------------------------------------------------------------


def _xlsx(path: Path, sheet: str) -> Iterator[Row]:
    with _workbook(path) as workbook:
        names = [chosen.title for chosen in workbook.worksheets]
        if (sheet and sheet not in names) or not names:
            raise BadRequest(message("There is no sheet “%(sheet)s” in the file.", sheet=sheet))
        chosen = workbook[sheet or names[0]]
        chosen.reset_dimensions()
        with _readable():
            yield from chosen.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """A workbook, open as long as its rows are read."""
    _check_zip(path)
    with path.open("rb") as file:
        with _readable():
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise BadRequest(message("The file is no readable XLSX workbook.")) from None


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        raise BadRequest(message("The file is no readable XLSX workbook.")) from None
    total = sum(entry.file_size for entry in entries)
    swollen = total > SMALL and total > MAX_RATIO * path.stat().st_size
    if len(entries) > 2_000 or total > MAX_UNPACKED or swollen:
        raise TooMuch(message("The workbook unpacks to far more than its size."))


# --- XLS -----------------------------------------------------------------------------------------


def _xls(path: Path, sheet: str) -> Iterator[Row]:
    book = _book(path)
    try:
        chosen = book.sheet_by_name(sheet) if sheet else book.sheet_by_index(0)
    except xlrd.XLRDError:
        raise BadRequest(message("There is no sheet “%(sheet)s” in the file.", sheet=sheet)) from None
    for number in range(chosen.nrows):
        cells = zip(chosen.row_types(number), chosen.row_values(number), strict=True)
        yield tuple(_xls_cell(kind, value, book.datemode) for kind, value in cells)


def _book(path: Path) -> Any:
    try:
        return xlrd.open_workbook(str(path), on_demand=True)
    except Exception:  # xlrd fails on broken files with whatever its parser meets
        raise BadRequest(message("The file is no readable XLS workbook.")) from None


def _xls_cell(kind: int, value: Any, datemode: int) -> Cell:
    if kind == xlrd.XL_CELL_DATE:
        try:
            moment: datetime.datetime = xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return str(value)
        return moment
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return None if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) else value


_READERS = {"csv": _csv, "xlsx": _xlsx, "xls": _xls}


# --- bounds --------------------------------------------------------------------------------------


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows without blank ones; raises TooMuch past the bounds."""
    blank = kept = 0
    for row in rows:
        if not any(cell is not None and cell != "" for cell in row):
            blank += 1
            if blank >= MAX_BLANK_ROWS:
                return
            continue
        blank, kept = 0, kept + 1
        if len(_trimmed(row)) > MAX_COLUMNS:
            raise TooMuch(message("The table has more than %(most)s columns.", most=MAX_COLUMNS))
        if kept > MAX_ROWS + 1:
            raise TooMuch(message("The table has more than %(most)s rows.", most=MAX_ROWS))
        yield row


def _trimmed(row: Row) -> Row:
    filled = [place for place, cell in enumerate(row) if cell is not None and cell != ""]
    return row[: filled[-1] + 1] if filled else ()


def _names(header: Row) -> tuple[str, ...]:
    """The column names; a blank one is the empty text, the second of two alike gets a number."""
    names: list[str] = []
    for cell in _trimmed(header):
        name = "" if cell is None else str(cell).strip()
        names.append(next(f"{name} {n}" for n in itertools.count(2) if f"{name} {n}" not in names)
                     if name and name in names else name)  # fmt: skip
    return tuple(names)
