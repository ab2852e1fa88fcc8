"""The filter of a table as chips: conditions added one by one, each said in words, each to be taken away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.contracts import BadRequest
from runtime.i18n import Message, message
from runtime.records.asking import Arguments
from runtime.records.filters import OPS, Kind
from runtime.records.table import Column
from widgets.base import Reader
from widgets.choice import options_of, title_of

LAST_DAYS = "last"
MINE = "me"
WORDS: Mapping[str, Message] = {
    "contains": message("contains"),
    "eq": message("is"),
    "ne": message("is not"),
    "starts": message("begins with"),
    "in": message("is one of"),
    "gt": message("more than"),
    "gte": message("at least"),
    "lt": message("less than"),
    "lte": message("at most"),
    LAST_DAYS: message("in the last … days"),
    MINE: message("is me"),
    "empty": message("is empty"),
    "nempty": message("is not empty"),
}
_DAY_WORDS = {
    "gt": message("after"),
    "gte": message("from"),
    "lt": message("before"),
    "lte": message("until"),
    "eq": message("on"),
}
_OFFERED: Mapping[Kind, Sequence[str]] = {
    "text": ("contains", "eq", "ne", "starts", "empty", "nempty"),
    "number": ("eq", "ne", "gt", "gte", "lt", "lte", "empty", "nempty"),
    "date": ("eq", "gte", "lte", LAST_DAYS, "empty", "nempty"),
    "datetime": ("eq", "gte", "lte", LAST_DAYS, "empty", "nempty"),
    "yes_no": ("eq", "empty", "nempty"),
    "ref": ("eq", "ne", "empty", "nempty"),
    "many": ("in", "empty", "nempty"),
    "files": ("nempty", "empty"),
}
_BARE = ("empty", "nempty", MINE)


@dataclass(frozen=True)
class Chip:
    """One condition in words: field, comparison, value; `rest` is the filter without it."""

    title: str | Message
    word: str | Message
    value: str
    rest: Mapping[str, Any] | None


def is_choice(column: Column) -> bool:
    """Whether a field's values are picked from options."""
    items = column.field.schema.get("items")
    return any(True for _ in options_of(items if isinstance(items, Mapping) else column.field.schema))


def choices_of(column: Column, reader: Reader) -> list[tuple[str, str]]:
    """The options of a field with their titles."""
    items = column.field.schema.get("items")
    schema = items if isinstance(items, Mapping) else column.field.schema
    return [(str(one["const"]), title_of(one["const"], schema, reader)) for one in options_of(schema)]


def offered(column: Column, kind: Kind) -> list[tuple[str, Message]]:
    """The comparisons offered for a field, in words."""
    if kind == "text" and is_choice(column):
        return [(op, WORDS[op]) for op in ("in", "empty", "nempty")]
    ops = list(_OFFERED.get(kind, ()))
    if (column.field.schema.get("x-ref") or {}).get("person"):
        ops.insert(0, MINE)
    return [(op, _word(op, kind)) for op in ops]


def _word(op: str, kind: Kind) -> Message:
    return _DAY_WORDS.get(op, WORDS[op]) if kind in ("date", "datetime") else WORDS[op]


def condition_of(args: Arguments, column: Column, kind: Kind, reader: Reader) -> dict[str, Any]:
    """The condition a form sent as `op` and `value`; raises BadRequest for what cannot be asked."""
    op = args.get("op") or ""
    if op == MINE:
        return {"field": column.name, "op": "eq", "value": {"me": True}}
    if op in _BARE:
        return {"field": column.name, "op": op}
    values = [value for value in args.getlist("value") if value.strip()]
    if op == "in":
        return {"field": column.name, "op": op, "value": values[:1000]}
    # A day and a number of days stand side by side on the page.
    return _single(column, kind, op, values[-1 if op == LAST_DAYS else 0] if values else "", reader)


def _single(column: Column, kind: Kind, op: str, text: str, reader: Reader) -> dict[str, Any]:
    if op == LAST_DAYS:
        if not text.isascii() or not text.isdigit() or len(text) > 5:
            raise BadRequest(message("A number of days is needed here."))
        return {"field": column.name, "op": "gte", "value": {"days": -int(text)}}
    if op not in OPS[kind] or not text:
        raise BadRequest(message("Choose what to compare with."))
    value: Any = text
    if kind == "yes_no":
        value = text == "true"
    elif kind == "number":
        value = column.widget.parse([text], column.field, reader)
    return {"field": column.name, "op": op, "value": value}


def parts_of(filter: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The conditions that must all hold, at the top of a filter."""
    if not filter:
        return []
    return list(filter["and"]) if isinstance(filter.get("and"), list) else [filter]


def together(*filters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """One filter of which all of these must hold; None for none."""
    parts = [part for filter in filters for part in parts_of(filter)]
    return {"and": parts} if parts else None


def chips(
    filter: Mapping[str, Any] | None, column: Callable[[str], Column | None], kinds: Mapping[str, Kind], reader: Reader
) -> list[Chip]:
    """The chips of a filter; a part too deep for words is shown as one chip of its own."""
    parts = parts_of(filter)
    found = []
    for index, part in enumerate(parts):
        rest = together(*(other for place, other in enumerate(parts) if place != index))
        known = column(str(part.get("field"))) if "field" in part else None
        if known is None:
            found.append(Chip(message("Several conditions"), "", "", rest))
        else:
            found.append(_chip(known, kinds.get(known.name, "text"), part, rest, reader))
    return found


def _chip(column: Column, kind: Kind, part: Mapping[str, Any], rest: Any, reader: Reader) -> Chip:
    op, value = str(part.get("op")), part.get("value")
    if isinstance(value, Mapping) and op == "gte" and isinstance(value.get("days"), int):
        days = message("in the last %(days)s days", days=-value["days"])
        return Chip(column.title, days, "", rest)
    if value == {"me": True}:
        return Chip(column.title, WORDS[MINE], "", rest)
    word = _word(op, kind) if op in WORDS else op
    return Chip(column.title, word, "" if op in _BARE else shown(column, value, reader), rest)


def shown(column: Column, value: Any, reader: Reader) -> str:
    """A value of a condition as the field's widget shows it."""
    if isinstance(value, list):
        return ", ".join(shown(column, one, reader) for one in value)
    if is_choice(column):
        return dict(choices_of(column, reader)).get(str(value), str(value))
    return column.widget.display(value, column.field, reader) if not isinstance(value, Mapping) else str(dict(value))


def refs_in(filter: Mapping[str, Any] | None, column: Callable[[str], Column | None]) -> dict[str, set[str]]:
    """The people and records that conditions name, by target."""
    wanted: dict[str, set[str]] = {}
    for part in parts_of(filter):
        known = column(str(part.get("field")))
        value = part.get("value")
        for one in value if isinstance(value, list) else [value]:
            for target, id in known.widget.refs(one, known.field) if known else ():
                wanted.setdefault(target, set()).add(id)
    return wanted
