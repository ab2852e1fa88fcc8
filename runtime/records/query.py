"""A page of records as it is asked for: filter, order, size, fields; checked against the form and the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts import BadRequest
from runtime.i18n import message
from runtime.records.filters import Columns

MAX_LIMIT = 200
MAX_SORTS = 10


@dataclass(frozen=True)
class Query:
    """A page of records as asked for: filter JSON, sort names ("-" for downwards), a cursor of an earlier page."""

    filter: Mapping[str, Any] | None = None
    sort: tuple[str, ...] = ()
    limit: int = 50
    cursor: str | None = None
    fields: tuple[str, ...] | None = None
    count: bool = True


@dataclass(frozen=True)
class Sort:
    """A field to order by."""

    field: str
    down: bool = False


def sort_of(names: Iterable[str], columns: Columns) -> tuple[Sort, ...]:
    """The order asked for, up to the id, which leaves nothing open; by id, the newest first, when nothing is asked."""
    sorts: list[Sort] = []
    for name in names:
        field = name.removeprefix("-")
        if columns.kind(field) in ("many", "files"):
            raise BadRequest(message("Records cannot be sorted by “%(name)s”.", name=field))
        # Ids begin with the moment of making, and have an index.
        sorts.append(Sort("id" if field == "created_at" else field, name.startswith("-")))
    if len(sorts) > MAX_SORTS:
        raise BadRequest(message("This is too much to sort by."))
    end = next((index + 1 for index, sort in enumerate(sorts) if sort.field == "id"), len(sorts))
    return tuple(sorts[:end]) or (Sort("id", down=True),)


def limit_of(limit: Any) -> int:
    """How many records a page has: 1 to 200."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_LIMIT:
        raise BadRequest(message("A page has 1 to %(limit)s records.", limit=MAX_LIMIT))
    return limit


def fields_of(names: Iterable[str] | None, columns: Columns) -> tuple[str, ...] | None:
    """The fields to give, each checked; None for all that are readable."""
    chosen = None if names is None else tuple(names)
    for name in chosen or ():
        columns.kind(name)
    return chosen
