"""The tree of departments: each keeps the path of ids from the top down to itself, so that "all below" is a prefix."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from runtime.contracts import Conflict, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.models import Department, JoinLink, Member

DEEPEST = 10

Moved = list[tuple[str, str]]
"""Paths that changed, as (before, after), those further down first."""


def ordered() -> Sequence[Department]:
    """The whole tree, each department after the one above it."""
    return sorted(db.session.scalars(select(Department)).all(), key=lambda department: department.path)


def sizes() -> dict[str, int]:
    """How many active members stand in each department itself."""
    query = select(Member.department_id, func.count()).where(Member.active.is_(True), Member.department_id.is_not(None))
    return {str(id): count for id, count in db.session.execute(query.group_by(Member.department_id))}


def find(id: str) -> Department:
    """A department of the tenant; raises NotFound."""
    return identity.row_of(Department, id)


def members_of(department_id: str, limit: int) -> Sequence[Member]:
    """Active members of a department itself, by name."""
    inside = select(Member).where(Member.department_id == department_id, Member.active.is_(True))
    return db.session.scalars(inside.order_by(Member.search, Member.id).limit(limit)).all()


def hold() -> None:
    """Let nobody else change the tree until the caller's transaction ends, and see it as it is now.

    Two moves at once could put each of two departments under the other, or records on a path that is gone.
    """
    whole = select(Department).order_by(Department.id).with_for_update()
    db.session.scalars(whole.execution_options(populate_existing=True)).all()


def add(title: str, parent_id: str | None = None, manager_id: str | None = None) -> Department:
    """A new department under another, or at the top."""
    with transaction() as session:
        hold()
        above = find(parent_id).path if parent_id else ""
        _bound_depth(above)
        id = new_id()
        path = f"{above}{id}/"
        made = Department(tenant_id=current_tenant(), id=id, parent_id=parent_id, title=_title(title), path=path)
        made.manager_id = identity.find_member(manager_id).id if manager_id else None
        beside = select(func.max(Department.position)).where(Department.parent_id == parent_id)
        made.position = session.scalar(beside) or 0
        session.add(made)
        session.flush()
    return made


def change(id: str, title: str, parent_id: str | None, manager_id: str | None) -> Moved:
    """Rename, move with all that is below, or give another manager; Conflict when moved under itself."""
    with transaction() as session:
        hold()
        changed = find(id)
        changed.title = _title(title)
        changed.manager_id = identity.find_member(manager_id).id if manager_id else None
        moved = _move(changed, find(parent_id) if parent_id else None) if parent_id != changed.parent_id else []
        session.flush()
    return moved


def arrange(ids: Sequence[str]) -> None:
    """Let departments that stand beside each other stand in this order."""
    places = {id: place for place, id in enumerate(ids)}
    with transaction() as session:
        for one in session.scalars(select(Department).where(Department.id.in_(ids))):
            one.position = places[one.id]
        session.flush()


def remove(id: str, to: str | None = None) -> Moved:
    """Remove a department; Conflict while members or departments are in it, unless `to` takes them."""
    with transaction() as session:
        hold()
        gone = find(id)
        heir = find(to or gone.parent_id or "") if to or gone.parent_id else None
        below = session.scalars(select(Department).where(Department.parent_id == id)).all()
        inside = select(func.count()).select_from(Member).where(Member.department_id == id)
        if to is None and (below or session.scalar(inside)):
            raise Conflict(message("This department is not empty."))
        if heir and heir.path.startswith(gone.path):
            raise Conflict(message("A department cannot be moved into itself."))
        moved = [paths for child in below for paths in _move(child, heir)]
        for table in (Member, JoinLink):
            mine = table.tenant_id == gone.tenant_id, table.department_id == id
            session.execute(update(table).where(*mine).values(department_id=heir.id if heir else None))
        session.delete(gone)
        session.flush()
    return [*moved, (gone.path, heir.path if heir else "")]


def _title(title: str) -> str:
    if not title.strip():
        raise Refused([Problem("/title", "required", message("A name is needed."))])
    return title.strip()[:200]


def _bound_depth(above: str, levels: int = 1) -> None:
    if above.count("/") + levels > DEEPEST:
        raise Refused([Problem("/parent_id", "maxDepth", message("Departments can be ten levels deep at most."))])


def _move(department: Department, parent: Department | None) -> Moved:
    above, old = parent.path if parent else "", department.path
    if above.startswith(old):
        raise Conflict(message("A department cannot be moved into itself."))
    branch = db.session.scalars(select(Department).where(Department.path.startswith(old, autoescape=True))).all()
    _bound_depth(above, max(one.path.count("/") for one in branch) - old.count("/") + 1)
    new = f"{above}{department.id}/"
    for one in branch:
        one.path = new + one.path[len(old) :]
    department.parent_id = parent.id if parent else None
    return [(old, new)]
