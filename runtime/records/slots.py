"""Which field of a form lives in which typed column, and what is put there."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from runtime.contracts import as_id
from runtime.records.textkeys import text_key

Family = Literal["s", "n", "d", "r"]

SIZES: Mapping[Family, int] = {"s": 12, "n": 8, "d": 6, "r": 6}
"""Columns of each family: text keys, numbers and yes/no, moments, ids."""

NAMES: tuple[str, ...] = tuple(f"{family}{n}" for family, size in SIZES.items() for n in range(1, size + 1))


@dataclass(frozen=True)
class Slot:
    """A column given to a field for as long as the form lives; not `ready` until its rebuild is done."""

    column: str
    ready: bool = True


SlotMap = Mapping[str, Slot]


def family_of(schema: Mapping[str, Any]) -> Family | None:
    """The family of columns a field's values fit in; None for many-valued fields."""
    kind = schema.get("type")
    if kind in ("number", "integer", "boolean"):
        return "n"
    if kind == "string":
        if "x-ref" in schema:
            return "r"
        return "d" if schema.get("format") in ("date", "date-time") else "s"
    return None


def assign(
    fields: Mapping[str, Mapping[str, Any]], wanted: Iterable[str], known: SlotMap, ready: bool
) -> dict[str, Slot]:
    """The slots of a form: kept ones stay, free ones go to `wanted` fields first, then in form order.

    A slot once given is never given to another field, even when its field is gone: a new field of an
    old name or column would inherit the old values. `ready` is False when records exist already.
    """
    slots = dict(known)
    for name in dict.fromkeys([*(name for name in wanted if name in fields), *fields]):
        family = family_of(fields[name])
        if name in slots or family is None:
            continue
        used = sum(slot.column[0] == family for slot in slots.values())
        if used < SIZES[family]:
            slots[name] = Slot(f"{family}{used + 1}", ready)
    return slots


def slot_values(data: Mapping[str, Any], slots: SlotMap) -> dict[str, Any]:
    """Every column of the map with what `data` puts there, None where that is nothing."""
    values: dict[str, Any] = {}
    for name, slot in slots.items():
        value = data.get(name)
        values[slot.column] = None if value is None else slot_value(slot.column, value)
    return values


def slot_value(column: str, value: Any) -> Any:
    """One value as its column holds it; None for what does not fit there."""
    return _OF_FAMILY[column[0]](value)


def _as_key(value: Any) -> str | None:
    return text_key(value) if isinstance(value, str) else None


def _as_number(value: Any) -> float | None:
    return as_float(value) if isinstance(value, int | Decimal) else None


def as_float(value: int | Decimal) -> float:
    """The nearest float; what is too large becomes an infinity, so that order is kept."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_moment(value: Any) -> datetime | None:
    """A date (its midnight in UTC) or datetime text as an aware moment; None when it is neither."""
    try:
        if len(value) == 10:
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


_OF_FAMILY: Mapping[str, Callable[[Any], Any]] = {"s": _as_key, "n": _as_number, "d": as_moment, "r": as_id}
