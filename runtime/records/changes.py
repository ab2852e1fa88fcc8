"""What a change does to a record: the fields that differ, and the rows that stand beside it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.records.slots import as_id
from runtime.records.textkeys import LIMIT

Fields = Mapping[str, Mapping[str, Any]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Beside:
    """Rows beside a record, as (field, value) pairs: unique keys, links to records and files, many values."""

    uniques: frozenset[Pair] = frozenset()
    links: frozenset[Pair] = frozenset()
    values: frozenset[Pair] = frozenset()

    def without(self, other: "Beside") -> "Beside":
        """The pairs that `other` does not have."""
        return Beside(self.uniques - other.uniques, self.links - other.links, self.values - other.values)


@dataclass(frozen=True)
class Write:
    """One change ready to be written: the record's row, rows of other tables by name, and which pairs come and go.

    `expected` is the rev the record must still have; None makes a new record.
    """

    record: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]
    added: Beside = field(default_factory=Beside)
    removed: Beside = field(default_factory=Beside)
    expected: int | None = None


def beside(fields: Fields, data: Mapping[str, Any]) -> Beside:
    """The rows that `data` has beside it."""
    present = [(name, fields[name], value) for name, value in data.items() if name in fields and value is not None]
    return Beside(
        frozenset((name, unique_key(value)) for name, schema, value in present if schema.get("x-unique")),
        frozenset((name, target) for name, schema, value in present for target in targets(schema, value)),
        frozenset(
            (name, many_key(item))
            for name, schema, value in present
            if is_many(schema) and isinstance(value, list)
            for item in value
        ),
    )


def is_many(schema: Mapping[str, Any]) -> bool:
    """Whether a field holds several plain values."""
    return schema.get("type") == "array" and "x-file" not in schema


def targets(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """The ids of records and files a value points at; persons are not among them."""
    if "x-file" in schema and isinstance(value, list):
        yield from (id for item in value if isinstance(item, dict) and (id := as_id(item.get("id"))))
    elif "form" in (schema.get("x-ref") or {}):
        yield from (id for item in (value if isinstance(value, list) else [value]) if (id := as_id(item)))


def unique_key(value: Any) -> str:
    """A value as it is compared for uniqueness: exact text, a number without its trailing zeros."""
    if isinstance(value, str):
        text = "s" + value
    elif isinstance(value, bool):
        text = f"b{value}"
    else:
        text = f"n{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"n{value:f}"
    return text if len(text.encode()) <= LIMIT else "h" + hashlib.sha256(text.encode()).hexdigest()


def many_key(value: Any) -> str:
    """One of many values as its row holds it, cut to 200 bytes."""
    return str(value).encode()[:LIMIT].decode(errors="ignore")


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields whose values differ, in the order of the answers."""
    names = dict.fromkeys([*after, *before])
    return tuple(name for name in names if before.get(name) != after.get(name))


def part(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of some fields, as far as there are any."""
    return {name: data[name] for name in names if name in data}


def unstorable(value: Any) -> bool:
    """Whether a value holds text that a database cannot keep: a NUL, or half of a surrogate pair."""
    if isinstance(value, str):
        return "\x00" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value))
    if isinstance(value, dict):
        return any(unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(unstorable, value))
