"""Cells of an exported row, and the lines in which rows wait on the disk until the file is written."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import simplejson

from runtime.exchange.writing import Cell
from runtime.records.table import Column, cell
from widgets.base import Reader

_DATE = "date"


def cells_of(columns: Sequence[Column], values: Mapping[str, Any], reader: Reader) -> list[Cell]:
    """A record's cells: numbers and dates as such, all else as it is displayed."""
    return [_cell(column, values.get(column.name), reader) for column in columns]


def _cell(column: Column, value: Any, reader: Reader) -> Cell:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if column.widget.name == _DATE and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return cell(column, value, reader).text or None


def line_of(cells: Sequence[Cell]) -> bytes:
    """A row as one line of JSON; a date is `{"date": …}`."""
    written = [{_DATE: one.isoformat()} if isinstance(one, datetime.date) else one for one in cells]
    return str(simplejson.dumps(written, use_decimal=True, ensure_ascii=False)).encode() + b"\n"


def rows_in(path: Path) -> Iterator[list[Cell]]:
    """The rows of a file of such lines."""
    with path.open("rb") as file:
        yield from (_read(simplejson.loads(line, use_decimal=True)) for line in file)


def _read(written: Iterable[Any]) -> list[Cell]:
    return [datetime.date.fromisoformat(one[_DATE]) if isinstance(one, dict) else one for one in written]
