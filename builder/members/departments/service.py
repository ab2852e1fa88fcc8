"""Changing the tree of departments, with the rights to records following."""

from builder.members.tree import Way, steps
from runtime.audit import service as audit
from runtime.contracts import Actor
from runtime.db import transaction
from runtime.identity import service as identity
from runtime.identity.models import Department
from runtime.records.pathing import service as pathing


def change(id: str, title: str, parent_id: str | None, manager_id: str | None, actor: Actor) -> Department:
    """Rename, move with all that is below, or give another manager."""
    with transaction():
        before = identity.find_department(id).path
        changed = identity.change_department(id, title, parent_id, manager_id)
        _follow("department.changed", id, [(before, changed.path)], actor)
    return changed


def move(id: str, parent_id: str | None, actor: Actor) -> Department:
    """Put a department with all that is below under another, or at the top."""
    known = identity.find_department(id)
    return change(id, known.title, parent_id, known.manager_id, actor)


def step(id: str, way: Way, actor: Actor) -> Department:
    """Move a department by one step; nothing happens where there is no such way, as after a second press."""
    with transaction():
        known = identity.find_department(id)
        to = steps(identity.departments(), id).get(way)
        if to is None:
            return known
        moved = move(id, to.parent_id, actor) if to.parent_id != known.parent_id else known
        identity.order_departments(to.order)
    return moved


def add(title: str, parent_id: str | None, manager_id: str | None, actor: Actor) -> Department:
    """One more."""
    with transaction():
        made = identity.add_department(title, parent_id, manager_id)
        audit.note("department.added", {"department": made.id, "title": made.title}, actor.member_id)
    return made


def remove(id: str, to: str | None, actor: Actor) -> None:
    """Remove a department; its people, departments and records go to `to`, the records of an empty one one level up."""
    with transaction():
        _follow("department.removed", id, identity.remove_department(id, to), actor)


def _follow(act: str, id: str, changed: list[tuple[str, str]], actor: Actor) -> None:
    count = pathing.follow(changed)
    audit.note(act, {"department": id, "records": count}, actor.member_id)
