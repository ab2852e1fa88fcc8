"""Departments from the top down, as a page draws them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


def tree(departments: Iterable[Any]) -> list[tuple[int, Any]]:
    """Each department with its depth, after the one above it, brothers and sisters by title."""
    by_parent: dict[str | None, list[Any]] = {}
    for department in sorted(departments, key=lambda one: one.title):
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
    """The departments at the top, each with those below it, brothers and sisters by title."""
    by_parent: dict[str | None, list[Any]] = {}
    for department in sorted(departments, key=lambda one: one.title):
        by_parent.setdefault(department.parent_id, []).append(department)

    def below(parent: str | None) -> tuple[Node, ...]:
        return tuple(node(one) for one in by_parent.get(parent, ()))

    def node(department: Any) -> Node:
        children = below(department.id)
        size = sizes.get(department.id, 0) + sum(child.size for child in children)
        return Node(department, size, children)

    return below(None)
