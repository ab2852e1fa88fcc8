"""Departments from the top down, as a page draws them."""

from collections.abc import Iterable
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
