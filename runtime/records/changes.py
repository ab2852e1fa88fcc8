"""What a change does to a record: the fields that differ, and the rows that stand beside it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import simplejson

from runtime.answers import Form, links_of
from runtime.contracts import as_id
from runtime.records.textkeys import LIMIT

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


def beside(form: Form, data: Mapping[str, Any]) -> Beside:
    """The rows that `data` has beside it."""
    links = ((link.field, as_id(link.id)) for link in links_of(form, data) if link.kind != "person")
    lists = ((name, data[name]) for name in form.many if isinstance(data.get(name), list))
    return Beside(
        frozenset((name, unique_key(data[name])) for name in form.unique if name in data),
        frozenset((name, id) for name, id in links if id),
        frozenset((name, many_key(item)) for name, items in lists for item in items),
    )


def unique_key(value: Any) -> str:
    """A value as it is compared for uniqueness: exact text, a number without its trailing zeros."""
    if isinstance(value, str):
        text = "s" + value
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = "n" + (format(Decimal(value), "f").rstrip("0").rstrip(".") if value % 1 else format(int(value), "d"))
    else:
        text = "j" + simplejson.dumps(value, use_decimal=True, sort_keys=True)
    return text if len(text.encode()) <= LIMIT else "h" + hashlib.sha256(text.encode()).hexdigest()


def many_key(value: Any) -> str:
    """One of many values as its row holds it, cut to 200 bytes."""
    return str(value).encode()[:LIMIT].decode(errors="ignore")


def part(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of some fields, as far as there are any."""
    return {name: data[name] for name in names if name in data}
