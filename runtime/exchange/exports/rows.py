"""Cells of an exported row."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from runtime.exchange.writing import Cell
from runtime.records.table import Column, cell
from widgets.base import Reader


def cells_of(columns: Sequence[Column], values: Mapping[str, Any], reader: Reader) -> list[Cell]:
    """A record's cells: numbers and dates as such, all else as it is displayed."""
    return [_cell(column, values.get(column.name), reader) for column in columns]


def _cell(column: Column, value: Any, reader: Reader) -> Cell:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if column.widget.name == "date" and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return cell(column, value, reader).text or None
