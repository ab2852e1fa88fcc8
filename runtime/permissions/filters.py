"""What a filter means for one record, in plain Python: the same answer that SQL gives.

Every test is true or false, never unknown: false where the field is empty, except for `empty` itself; `ne`, `nin` and
`nempty` are the opposite of `eq`, `in` and `empty`.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

from runtime.documents.days import day_from
from runtime.expressions.rows import Filter

_OPPOSITE = {"ne": "eq", "nin": "in", "nempty": "empty"}
_OPS = frozenset({"eq", "gt", "gte", "lt", "lte", "in", "between", "contains", "like", "starts", "empty", "under"})
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {"eq": eq, "gt": gt, "gte": ge, "lt": lt, "lte": le}


@dataclass(frozen=True)
class Asked:
    """What a filter is measured by: the fields' schemas (datetimes need them), the day, the zone, who asks."""

    schemas: Mapping[str, Mapping[str, Any]]
    today: date | None = None
    zone: tzinfo = UTC
    member_id: str | None = None


_PLAIN = Asked({})


def row(data: Mapping[str, Any], id: str | None, owner_id: str | None, dept_path: str, **more: Any) -> dict[str, Any]:
    """A record as a filter sees it: its answers beside what every record has, under `id`, `owner`, `department`."""
    return {**data, **more, "id": id, "owner": owner_id, "department": dept_path}


def holds(filter: Filter, record: Mapping[str, Any], asked: Asked = _PLAIN) -> bool:
    """Whether a filter takes a record, given as `row` makes it; raises ValueError for what is no filter."""
    if "and" in filter:
        return all(holds(part, record, asked) for part in filter["and"])
    if "or" in filter:
        return any(holds(part, record, asked) for part in filter["or"])
    if "not" in filter:
        return not holds(filter["not"], record, asked)
    name, op, value = filter.get("field"), filter.get("op"), filter.get("value")
    positive = _OPPOSITE.get(str(op), str(op))
    if positive not in _OPS or not isinstance(name, str):
        raise ValueError("this is no filter")
    return _test(name.removeprefix("record."), positive, value, record, asked) == (op == positive)


def _test(name: str, op: str, value: Any, record: Mapping[str, Any], asked: Asked) -> bool:
    found = record.get(name)
    if found is None or found == "" or found == []:
        return op == "empty"
    if op == "empty":
        return False
    if op == "in":
        return any(_test(name, "eq", one, record, asked) for one in value)
    if op == "between":
        return _test(name, "gte", value[0], record, asked) and _test(name, "lte", value[1], record, asked)
    if name == "department":
        return _department(found, op, value)
    return _compared(found, op, value, asked.schemas.get(name) or {}, asked)


def _department(path: str, op: str, value: str) -> bool:
    """A department by path, or by id; `under` takes all below it too, and nothing for no department."""
    if op == "under":
        return bool(value) and path.startswith(value)
    if op != "eq":
        raise ValueError(f"{op!r} cannot be asked of a department")
    return path == value or ("/" not in value and path.rstrip("/").rpartition("/")[2] == value)


def _compared(found: Any, op: str, value: Any, schema: Mapping[str, Any], asked: Asked) -> bool:
    if isinstance(found, list):
        return op in ("contains", "eq") and value in found
    if schema.get("format") == "date-time":
        return _moment(datetime.fromisoformat(found), op, value, asked)
    if value == {"me": True}:
        value = asked.member_id
    if isinstance(value, Mapping):
        value = _day(value, asked).isoformat()
    if op == "contains":
        return isinstance(found, str) and isinstance(value, str) and value in found
    if op == "like":
        return isinstance(found, str) and isinstance(value, str) and in_small(value) in in_small(found)
    if op == "starts":
        return isinstance(found, str) and isinstance(value, str) and found.startswith(value)
    return _ordered(found, op, value)


def _ordered(found: Any, op: str, value: Any) -> bool:
    act = _ORDER.get(op)
    if act is None:
        raise ValueError(f"{op!r} cannot be asked of this field")
    if isinstance(found, bool) or isinstance(value, bool):
        return op == "eq" and found is value
    if isinstance(found, int | Decimal) and isinstance(value, int | Decimal):
        # As the database compares: a slot is a float8.
        return act(float(found), float(value))
    return isinstance(found, str) and isinstance(value, str) and act(found, value)


def _moment(found: datetime, op: str, value: Any, asked: Asked) -> bool:
    """A day, compared with a moment, is the whole day in the zone of who asks."""
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if isinstance(value, str) and len(value) > 10:
        moment = datetime.fromisoformat(value)
        return _ORDER[op](found, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    day = _day(value, asked)
    start = datetime.combine(day, time(), asked.zone)
    end = datetime.combine(day + timedelta(days=1), time(), asked.zone)
    if op == "eq":
        return start <= found < end
    return _ORDER["gte" if op in ("gt", "gte") else "lt"](found, end if op in ("gt", "lte") else start)


_SMALL = {ord(letter): letter.lower() for letter in string.ascii_uppercase}


def in_small(text: str) -> str:
    """A text as `like` compares it: only A to Z become small, as no two databases agree about other letters."""
    return text.translate(_SMALL)


def _day(value: Any, asked: Asked) -> date:
    """A date text, or days, weeks, months or years counted from today."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if not isinstance(value, Mapping) or len(value) != 1 or asked.today is None:
        raise ValueError("this is no day")
    return day_from(value, asked.today)
