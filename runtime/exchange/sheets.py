"""Reading CSV, XLSX and XLS row by row, with bounds checked before anything large is unpacked."""

import csv
import datetime
import itertools
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import defusedxml
import xlrd

from runtime.contracts import BadRequest, TooMuch
from runtime.exchange.workbook import BoundedReader, swelling
from runtime.i18n import message

Cell = str | int | float | bool | datetime.date | datetime.datetime | None
Row = tuple[Cell, ...]

MAX_BYTES = 50 * 2**20
MAX_XLS_BYTES = 20 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
"""How many times larger than the file its unpacked content may be, once that is more than a few megabytes."""

SMALL = 8 * 2**20
MAX_PARTS = 2_000
MAX_COLUMNS = 500
MAX_ROWS = 200_000
MAX_ROW = 2**20
"""The longest row of a CSV, in characters."""

MAX_BLANK_ROWS = 1_000
"""After so many blank rows a sheet is taken to be over: one cell far down must not cost a million rows."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = (
    *(ValueError, LookupError, TypeError, AttributeError, OSError, EOFError, SyntaxError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, RuntimeError, defusedxml.DefusedXmlException),
)
"""What openpyxl and zipfile fail with on a file that is damaged, encrypted or hostile."""


@dataclass(frozen=True)
class Table:
    """The header and the rows below it with their numbers as a spreadsheet shows them; `rows` can be read once."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, Row]]


def open_table(path: Path, name: str, sheet: str = "") -> Table:
    """The table of a file (of a sheet, the first where none is named); raises BadRequest, TooMuch."""
    if path.stat().st_size > MAX_BYTES:
        raise TooMuch(message("The file is larger than %(most)s MB.", most=MAX_BYTES // 2**20))
    read = _READERS.get(kind_of(path))
    if read is None:
        raise BadRequest(message("“%(name)s” is no CSV, XLSX or XLS file.", name=name))
    rows = _bounded(read(path, sheet))
    _, header = next(rows, (0, None))
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
    return "" if b"\x00" in start and start[:2] not in _UTF_16 else "csv"


# --- CSV -----------------------------------------------------------------------------------------


def _csv(path: Path, sheet: str) -> Iterator[Row]:
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            lines = _Lines(file)
            delimiter = max(",;\t", key=lines.first.count)
            for row in csv.reader(lines, delimiter=delimiter):
                lines.taken = 0
                yield tuple(cell if cell.strip() else None for cell in row)
        except (csv.Error, UnicodeError):
            raise BadRequest(message("The file is no readable CSV.")) from None


class _Lines:
    """The lines of a file, bounded so that no row can fill the memory; `taken` counts a row's characters."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.taken = 0
        self.first = file.readline(MAX_ROW)
        file.seek(0)

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_ROW + 1):
            self.taken += len(line)
            if self.taken > MAX_ROW:
                raise TooMuch(message("A row of the file is too long."))
            yield line


def _encoding(path: Path) -> str:
    """UTF-16 where the file says so, UTF-8 where the whole of it is, else the encoding that Chinese Excel writes."""
    with path.open("rb") as start:
        if start.read(2) in _UTF_16:
            return "utf-16"
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
            raise _no_sheet(sheet)
        chosen = workbook[sheet or names[0]]
        chosen.reset_dimensions()
        with _readable():
            yield from chosen.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """A workbook, open as long as its rows are read."""
    _check_zip(path)
    with path.open("rb") as file, closing(_open(file)) as workbook:
        yield workbook


def _open(file: BinaryIO) -> Any:
    with _readable():
        reader = BoundedReader(file)
        reader.read()
        return reader.wb


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise BadRequest(message("The file is no readable XLSX workbook.")) from None


def _check_zip(path: Path) -> None:
    with _readable(), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    swollen = total > SMALL and total > MAX_RATIO * path.stat().st_size
    if len(entries) > MAX_PARTS or total > MAX_UNPACKED or swollen:
        raise swelling()


# --- XLS -----------------------------------------------------------------------------------------


def _xls(path: Path, sheet: str) -> Iterator[Row]:
    book = _book(path)
    names = book.sheet_names()
    if (sheet and sheet not in names) or not names:
        raise _no_sheet(sheet)
    try:
        chosen = book.sheet_by_name(sheet or names[0])
    except Exception:  # xlrd fails on broken files with whatever its parser meets
        raise _broken_xls() from None
    for number in range(chosen.nrows):
        cells = zip(chosen.row_types(number), chosen.row_values(number), strict=True)
        yield tuple(_xls_cell(kind, value, book.datemode) for kind, value in cells)


def _book(path: Path) -> Any:
    if path.stat().st_size > MAX_XLS_BYTES:  # it is read whole
        raise TooMuch(message("The file is larger than %(most)s MB.", most=MAX_XLS_BYTES // 2**20))
    try:
        return xlrd.open_workbook(str(path), on_demand=True, ragged_rows=True)
    except Exception:  # as above
        raise _broken_xls() from None


def _broken_xls() -> BadRequest:
    return BadRequest(message("The file is no readable XLS workbook, or it is protected by a password."))


def _no_sheet(sheet: str) -> BadRequest:
    return BadRequest(message("There is no sheet “%(sheet)s” in the file.", sheet=sheet[:100]))


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


def _bounded(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """The rows that are not blank with their numbers, up to the last filled cell; raises TooMuch past the bounds."""
    blank = kept = 0
    for number, whole in enumerate(rows, start=1):
        row = _trimmed(whole)
        if not row:
            blank += 1
            if blank >= MAX_BLANK_ROWS:
                return
            continue
        blank, kept = 0, kept + 1
        if len(row) > MAX_COLUMNS:
            raise TooMuch(message("The table has more than %(most)s columns.", most=MAX_COLUMNS))
        if kept > MAX_ROWS + 1:
            raise TooMuch(message("The table has more than %(most)s rows.", most=MAX_ROWS))
        yield number, row


def _trimmed(row: Row) -> Row:
    filled = len(row)
    while filled and (row[filled - 1] is None or row[filled - 1] == ""):
        filled -= 1
    return row[:filled]


def _names(header: Row) -> tuple[str, ...]:
    """The column names; a blank one is the empty text, the second of two alike gets a number."""
    names: list[str] = []
    for cell in header:
        name = "" if cell is None else str(cell).strip()
        names.append(next(f"{name} {n}" for n in itertools.count(2) if f"{name} {n}" not in names)
                     if name and name in names else name)  # fmt: skip
    return tuple(names)
