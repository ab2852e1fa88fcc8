"""Departments from the top down, as a page draws them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


def in_order(department: Any) -> tuple[int, str]:
    """Where a department stands beside its brothers and sisters: as they were put, else by title."""
    return department.position, department.title


def tree(departments: Iterable[Any]) -> list[tuple[int, Any]]:
    """Each department with its depth, after the one above it, brothers and sisters in order."""
    by_parent: dict[str | None, list[Any]] = {}
    for department in sorted(departments, key=in_order):
        by_parent.setdefault(department.parent_id, []).append(department)

    def below(parent: str | None, depth: int) -> list[tuple[int, Any]]:
        children = by_parent.get(parent, [])
        return [row for one in children for row in ((depth, one), *below(one.id, depth + 1))]

    return below(None, 0)


@dataclass(frozen=True)
class Node:
    """A department with what is below it; `size` counts the members of it and of all below."""

    department: Any
    size: int
    children: tuple["Node", ...]


def nested(departments: Iterable[Any], sizes: Mapping[str, int]) -> tuple[Node, ...]:
    """The departments at the top, each with those below it, brothers and sisters in order."""
    by_parent: dict[str | None, list[Any]] = {}
    for department in sorted(departments, key=in_order):
        by_parent.setdefault(department.parent_id, []).append(department)

    def below(parent: str | None) -> tuple[Node, ...]:
        return tuple(node(one) for one in by_parent.get(parent, ()))

    def node(department: Any) -> Node:
        children = below(department.id)
        size = sizes.get(department.id, 0) + sum(child.size for child in children)
        return Node(department, size, children)

    return below(None)


Way = Literal["up", "down", "in", "out"]


@dataclass(frozen=True)
class Step:
    """What one step makes of a place: the department above, and all below that in their new order."""

    parent_id: str | None
    order: Sequence[str]


def steps(departments: Sequence[Any], id: str) -> dict[Way, Step]:
    """The ways a department can go by one step: before or after its neighbour, into the one before it, or out beside
    the one above it."""
    by_id = {one.id: one for one in departments}
    here = by_id[id]
    beside = _below(departments, here.parent_id)
    place, found = beside.index(id), dict[Way, Step]()
    if place > 0:
        above = beside[place - 1]
        found["up"] = Step(here.parent_id, [*beside[: place - 1], id, above, *beside[place + 1 :]])
        found["in"] = Step(above, [*_below(departments, above), id])
    if place < len(beside) - 1:
        found["down"] = Step(here.parent_id, [*beside[:place], beside[place + 1], id, *beside[place + 2 :]])
    if here.parent_id in by_id:
        outer = by_id[here.parent_id].parent_id
        around = _below(departments, outer)
        after = around.index(here.parent_id) + 1
        found["out"] = Step(outer, [*around[:after], id, *around[after:]])
    return found


def _below(departments: Iterable[Any], parent: str | None) -> list[str]:
    return [one.id for one in sorted(departments, key=in_order) if one.parent_id == parent]
