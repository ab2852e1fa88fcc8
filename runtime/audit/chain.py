"""The chain of hashes that shows when an entry of the audit trail was changed, or is missing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import simplejson

FIRST = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True)
class Entry:
    """One act: its number in the tenant's trail, when, who, what, and what it was about (plain JSON, no secrets)."""

    tenant_id: str
    number: int
    at: datetime
    actor_id: str | None
    act: str
    about: Mapping[str, Any]
    previous: str
    hash: str = ""


def hash_of(entry: Entry) -> str:
    """The hash over all of an entry and over the hash of the one before."""
    said = [entry.tenant_id, entry.number, _moment(entry.at), entry.actor_id, entry.act, entry.about, entry.previous]
    text = simplejson.dumps(said, sort_keys=True, use_decimal=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def broken(entries: Iterable[Entry]) -> int | None:
    """The number at which the trail, given from its first entry on, is not what was written; None when all holds."""
    expected, previous = 1, FIRST
    for entry in entries:
        if entry.number != expected or entry.previous != previous or entry.hash != hash_of(entry):
            return expected
        expected, previous = expected + 1, entry.hash
    return None
