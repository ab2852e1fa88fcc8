"""Pages by keyset: where a page begins is said by the last record's sort values, never by an offset.

The walk has two legs, rows whose first sort field is filled and then those where it is empty: one index range each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, true
from sqlalchemy import tuple_ as row_of

from runtime.records.models import record
from runtime.records.query import Sort
from runtime.records.sql import Column, Compiler, Condition

NEVER_EMPTY = frozenset({"id", "rev", "created_at", "updated_at", "department"})


@dataclass(frozen=True)
class Position:
    """The record next to which a page begins: its sort values and id."""

    values: tuple[Any, ...]
    id: str


@dataclass(frozen=True)
class Leg:
    """One part of an ordered walk."""

    where: Condition
    order: tuple[ColumnElement[Any], ...]


@dataclass(frozen=True)
class Walk:
    """An order over records, by columns with their direction and at last by id; walked forward or backward."""

    columns: tuple[tuple[Column, bool], ...]
    id_down: bool
    two_legs: bool
    backward: bool = False

    def legs(self, after: Position | None) -> list[Leg]:
        """The legs from a position on, in the order in which they are walked."""
        if not self.two_legs:
            return [self._leg(True, after)]
        kinds = [False, True] if self.backward else [True, False]
        if after is not None:
            kinds = kinds[kinds.index(after.values[0] is not None) :]
        return [self._leg(filled, after if index == 0 else None) for index, filled in enumerate(kinds)]

    def _leg(self, filled: bool, after: Position | None) -> Leg:
        where: Condition = true()
        columns = self.columns if filled else self.columns[1:]
        if self.two_legs:
            first = self.columns[0][0]
            where = first.is_not(None) if filled else first.is_(None)
        order = [self._ordered(column, down, filled and index == 0) for index, (column, down) in enumerate(columns)]
        order.append(record.c.id.desc() if self.id_down != self.backward else record.c.id.asc())
        if after is not None:
            rest = after if filled else Position(after.values[1:], after.id)
            where = and_(where, self._beyond(columns, rest, filled))
        return Leg(where, tuple(order))

    def _ordered(self, column: Column, down: bool, never_null: bool) -> ColumnElement[Any]:
        ordered = column.desc() if down != self.backward else column.asc()
        if never_null:
            return ordered
        return ordered.nulls_first() if self.backward else ordered.nulls_last()

    def _beyond(self, columns: Sequence[tuple[Column, bool]], after: Position, never_null: bool) -> Condition:
        if not columns:
            return _past(record.c.id, literal(after.id, record.c.id.type), self.id_down != self.backward)
        (column, down), value = columns[0], after.values[0]
        bound = literal(value, column.type)
        if never_null and len(columns) == 1 and down == self.id_down:
            both = row_of(bound, literal(after.id, record.c.id.type))
            return _past(row_of(column, record.c.id), both, down != self.backward)
        rest = self._beyond(columns[1:], Position(after.values[1:], after.id), False)
        if value is None:
            level = and_(column.is_(None), rest)
            return or_(column.is_not(None), level) if self.backward else level
        past = or_(_past(column, bound, down != self.backward), and_(column == bound, rest))
        return past if never_null or self.backward else or_(past, column.is_(None))


def walk_of(compiler: Compiler, sorts: Sequence[Sort], backward: bool = False) -> Walk:
    """The walk in the order of `sorts`; what follows the id in it says nothing more."""
    columns: list[tuple[Column, bool]] = []
    for sort in sorts:
        if sort.field == "id":
            return _walk(columns, sorts, sort.down, backward)
        columns.append((compiler.order_column(sort.field), sort.down))
    return _walk(columns, sorts, sorts[0].down, backward)


def _walk(columns: list[tuple[Column, bool]], sorts: Sequence[Sort], id_down: bool, backward: bool) -> Walk:
    return Walk(tuple(columns), id_down, bool(columns) and sorts[0].field not in NEVER_EMPTY, backward)


def _past(column: Any, bound: Any, down: bool) -> Any:
    return column < bound if down else column > bound
