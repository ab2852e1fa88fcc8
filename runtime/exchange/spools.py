"""Rows of a table as lines on the disk, where they wait for the next one who goes on with it. Pure.

To come to row 50,000 of a workbook all rows before it would have to be unpacked again, which takes longer than the
turn of a worker.
"""

import datetime
import itertools
import math
import os
import secrets
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import simplejson

from runtime.exchange.sheets import Table
from runtime.exchange.workbook import swelling

SPOOLS = "imports"
"""The folder, in the data folder, where rows wait for an import."""

MOST_BYTES = 512 * 2**20
"""A text that a workbook holds once can stand in a million of its cells."""

BREATH = 5.0
"""After so many seconds of reading the claim on the work is renewed."""

_DATE, _MOMENT = "date", "moment"


def line_of(cells: Iterable[Any]) -> bytes:
    """A row as one line of JSON; a date is `{"date": …}`, one with a time `{"moment": …}`."""
    row = list(cells)
    try:
        written = _ENCODER.encode(row)
    except ValueError:  # no number that JSON has
        written = _ENCODER.encode([cell if _is_finite(cell) else str(cell) for cell in row])
    return str(written).encode("utf-8", "surrogatepass") + b"\n"


def _is_finite(cell: Any) -> bool:
    return not isinstance(cell, float) or math.isfinite(cell)


def _written(cell: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(cell, datetime.datetime):
        return {_MOMENT: cell.isoformat()}
    if isinstance(cell, datetime.date):
        return {_DATE: cell.isoformat()}
    return str(cell)  # a time of day, a duration: no field takes them but as text


_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, default=_written)


def lines_in(path: Path, after: int = 0, exact: bool = True) -> Generator[list[Any], None, None]:
    """The rows of a file of such lines, from the one after so many; fractions are Decimal, or float unless `exact`."""
    with path.open("rb") as file:
        for line in itertools.islice(file, after, None):
            written = simplejson.loads(line.decode("utf-8", "surrogatepass"), use_decimal=exact)
            yield [_read(cell) for cell in written]


def _read(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    if _MOMENT in cell:
        return datetime.datetime.fromisoformat(cell[_MOMENT])
    return datetime.date.fromisoformat(cell[_DATE])


def spool(path: Path, table: Table, breathe: Callable[[], None]) -> int:
    """Keep a table's rows at `path`, all or none, and say how many there are; raises what reading them raises.

    `breathe` is called every few seconds, and before the file is put in its place: what it raises ends the work.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            rows = _fill(file.write, table, breathe)
            file.flush()
            os.fsync(file.fileno())
        breathe()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return rows


def _fill(write: Callable[[bytes], int], table: Table, breathe: Callable[[], None]) -> int:
    rows, taken, due = 0, write(line_of(table.header)), time.monotonic() + BREATH
    for number, row in table.rows:
        rows, taken = rows + 1, taken + write(line_of((number, *row)))
        if taken > MOST_BYTES:
            raise swelling()
        if time.monotonic() > due:
            breathe()
            due = time.monotonic() + BREATH
    return rows


def spooled(path: Path, after: int) -> Table:
    """A table that is kept at `path`, from the row after so many."""
    with closing(lines_in(path)) as lines:
        header: Sequence[str] = next(lines)
    return Table(tuple(header), ((line[0], tuple(line[1:])) for line in lines_in(path, after + 1, exact=False)))


def forget_spools(folder: Path, before: datetime.datetime) -> int:
    """Delete what nobody has touched since; says how many files went."""
    gone = 0
    for path in folder.glob("*") if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                gone += 1
    return gone
