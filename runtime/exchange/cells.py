"""What a cell means for a field: Excel's own types, and texts as people write them."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from runtime.exchange.sheets import Cell
from runtime.exchange.writing import unprotected
from runtime.i18n import Message, message
from widgets.base import widget_of
from widgets.choice import options_of

YES = frozenset({"是", "yes", "y", "true", "1", "对", "有", "√"})
NO = frozenset({"否", "no", "n", "false", "0", "不", "无", "×"})

_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"  # a time may follow, nothing else
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
_MONEY = re.compile(r"[¥￥$€,，\s元]")
_SPLIT = re.compile(r"[,，、;；\n]")
NAMED = 8
"""Options that are named where a cell is none of them."""
_EPOCH = datetime.date(1899, 12, 30)

Schema = Mapping[str, Any]
Read = Callable[[Cell], Any]


class Unreadable(ValueError):
    """The cell says nothing this field can hold."""


def reader_of(schema: Schema, ui: Schema, zone: ZoneInfo) -> Read:
    """What reads the cells of a field: gives a cell's JSON value, None for an empty one; raises Unreadable.

    `zone` is where times without a zone were written. What is the same for all cells is looked up here, once.
    """
    make = READERS.get(widget_of(schema, ui).name)
    read = make(schema, zone) if make else text_of

    def read_filled(cell: Cell) -> Any:
        blank = cell is None or (isinstance(cell, str) and not cell.strip())
        return None if blank else read(cell)

    return read_filled


def misfit(cell: Cell, schema: Schema, ui: Schema) -> Message:
    """What is wrong with a cell that could not be read, and what is wanted in its place."""
    kind = widget_of(schema, ui).name
    wanted = MISFITS.get(kind, message("“%(value)s” does not fit here."))
    values: dict[str, Any] = {"value": text_of(cell)[:100]}
    if kind in ("choice", "choices"):
        values["options"] = _named(options_of(schema.get("items") or schema))
    return Message(wanted.id, values)


def _named(options: Iterable[Schema]) -> str:
    """What options are called, as a column may have them."""
    names = [str(option.get("title") or option["const"]) for option in options]
    return " / ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def text_of(cell: Cell) -> str:
    """The cell as text: whole numbers without ".0", dates as ISO."""
    if isinstance(cell, str):
        return unprotected(cell.strip())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number(cell: Cell) -> Any:
    if isinstance(cell, bool | datetime.date):
        raise Unreadable
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    text = repr(cell) if isinstance(cell, float) else _MONEY.sub("", str(cell))
    percent, text = text.endswith("%"), text.rstrip("%")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable from None
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise Unreadable
    number = number / 100 if percent else number
    return int(number) if number == number.to_integral_value() else number.normalize()


def _date(cell: Cell) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return _day(cell).isoformat()


def _moment(zone: ZoneInfo, cell: Cell) -> str:
    if isinstance(cell, datetime.datetime):
        moment = cell
    elif isinstance(cell, str):
        moment = _written_moment(cell.strip())
    else:
        moment = datetime.datetime.combine(_day(cell), datetime.time()) + _time_of_day(cell)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time_of_day(cell: Cell) -> datetime.timedelta:
    """The fraction of an Excel day, to the second."""
    return datetime.timedelta(seconds=round(cell % 1 * 86_400)) if isinstance(cell, float) else datetime.timedelta()


def _written_moment(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return datetime.datetime.combine(_day(text), _clock(text))


def _clock(text: str) -> datetime.time:
    found = _TIME.search(text)
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        return datetime.time(hour, minute, second)
    except ValueError:
        raise Unreadable from None


def _day(cell: Cell) -> datetime.date:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 1 <= cell < 2_958_466:  # Excel's days from 1900 to 9999
            raise Unreadable
        return _EPOCH + datetime.timedelta(days=int(cell))
    text = str(cell).strip()
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        return datetime.date(*(int(part) for part in found.groups())) if found else datetime.date.fromisoformat(text)
    except ValueError:
        raise Unreadable from None


def _yes_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = text_of(cell).casefold()
    if text in YES or text in NO:
        return text in YES
    raise Unreadable


def _choice(values: Mapping[str, Any], cell: Cell) -> Any:
    return _option(values, text_of(cell))


def _choices(values: Mapping[str, Any], cell: Cell) -> list[Any]:
    parts = (part.strip() for part in _SPLIT.split(text_of(cell)))
    return list(dict.fromkeys(_option(values, part) for part in parts if part))


def _option(values: Mapping[str, Any], text: str) -> Any:
    try:
        return values[text.casefold()]
    except KeyError:
        raise Unreadable from None


def _values(schema: Schema) -> dict[str, Any]:
    """The options' values by all that they are called, value and titles in any language; the first has the name."""
    values: dict[str, Any] = {}
    for option in options_of(schema):
        translated = (texts.get("title") for texts in (option.get("x-texts") or {}).values())
        for word in (option["const"], option.get("title"), *translated):
            if word is not None:
                values.setdefault(str(word).casefold(), option["const"])
    return values


READERS: Mapping[str, Callable[[Schema, ZoneInfo], Read]] = {
    "number": lambda schema, zone: _number,
    "money": lambda schema, zone: _number,
    "date": lambda schema, zone: _date,
    "datetime": lambda schema, zone: partial(_moment, zone),
    "yes_no": lambda schema, zone: _yes_no,
    "choice": lambda schema, zone: partial(_choice, _values(schema)),
    "choices": lambda schema, zone: partial(_choices, _values(schema.get("items") or {})),
}
"""What makes the reader of a field's filled cells, by the name of its widget; such a reader raises Unreadable."""

_NO_CHOICE = message("“%(value)s” is none of the choices: %(options)s.")
_NO_NUMBER = message("“%(value)s” is not a number.")
MISFITS: Mapping[str, Message] = {
    "number": _NO_NUMBER,
    "money": _NO_NUMBER,
    "date": message("“%(value)s” is not a date; write it like 2026-03-31."),
    "datetime": message("“%(value)s” is not a moment; write it like 2026-03-31 14:30."),
    "yes_no": message("“%(value)s” is neither yes nor no."),
    "choice": _NO_CHOICE,
    "choices": _NO_CHOICE,
}
"""What is said of a cell that was not read, by the name of the field's widget."""
