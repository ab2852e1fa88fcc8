"""Records as they are given to a reader: only what that reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Record(NamedTuple):
    """One record; `data` holds what its reader may see, `acts` what he may do with it (where it was read alone).

    A list makes fifty of them at once, for which a frozen dataclass takes four times as long.
    """

    id: str
    rev: int
    data: Mapping[str, Any]
    owner_id: str | None
    dept_path: str
    incomplete: bool
    release: int
    created_at: datetime
    updated_at: datetime
    created_by: str | None
    updated_by: str | None
    acts: frozenset[str] = frozenset()

    @property
    def system(self) -> dict[str, Any]:
        """What the system keeps of the record, by the names that filters use."""
        return {
            "id": self.id,
            "rev": self.rev,
            "owner": self.owner_id,
            "created_at": self.created_at,
            "created_by": self.created_by,
            "updated_at": self.updated_at,
            "updated_by": self.updated_by,
        }


@dataclass(frozen=True)
class Page:
    """Some records in order, cursors of the pages beside it, and how many there are; `capped` says "or more"."""

    items: tuple[Record, ...]
    next: str | None
    previous: str | None
    count: int | None
    capped: bool = False


@dataclass(frozen=True)
class Entry:
    """One change in a record's history, of the fields its reader may see."""

    rev: int
    type: str
    at: datetime
    actor_id: str | None
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    run_id: str | None


@dataclass(frozen=True)
class Group:
    """One group of an aggregate: the value of each group field, and each metric by its name."""

    keys: Mapping[str, Any]
    metrics: Mapping[str, Any]
