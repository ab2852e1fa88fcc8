"""Changing the tree of departments, with the rights to records following."""

from builder.members.tree import Way, steps
from runtime.audit import service as audit
from runtime.contracts import Actor
from runtime.db import transaction
from runtime.identity.departments import service as departments
from runtime.identity.models import Department
from runtime.records.pathing import service as pathing


def change(id: str, title: str, parent_id: str | None, manager_id: str | None, actor: Actor) -> Department:
    """Rename, move with all that is below, or give another manager."""
    with transaction():
        _follow("department.changed", id, departments.change(id, title, parent_id, manager_id), actor)
    return departments.find(id)


def move(id: str, parent_id: str | None, actor: Actor) -> Department:
    """Put a department with all that is below under another, or at the top."""
    with transaction():
        departments.hold()
        known = departments.find(id)
        return change(id, known.title, parent_id, known.manager_id, actor)


def step(id: str, way: Way, actor: Actor) -> Department:
    """Move a department by one step; nothing happens where there is no such way, as after a second press."""
    with transaction():
        departments.hold()
        known = departments.find(id)
        to = steps(departments.ordered(), id).get(way)
        if to is None:
            return known
        moved = move(id, to.parent_id, actor) if to.parent_id != known.parent_id else known
        departments.arrange(to.order)
    return moved


def add(title: str, parent_id: str | None, manager_id: str | None, actor: Actor) -> Department:
    """One more."""
    with transaction():
        made = departments.add(title, parent_id, manager_id)
        audit.note("department.added", {"department": made.id, "title": made.title}, actor.member_id)
    return made


def remove(id: str, to: str | None, actor: Actor) -> None:
    """Remove a department; its people, departments and records go to `to`, the records of an empty one one level up."""
    with transaction():
        _follow("department.removed", id, departments.remove(id, to), actor)


def _follow(act: str, id: str, changed: departments.Moved, actor: Actor) -> None:
    count = pathing.follow(changed)
    audit.note(act, {"department": id, "records": count}, actor.member_id)
