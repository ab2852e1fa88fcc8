"""Who is meant by "the regional director of the owner's department": people documents turned into members."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Directory(Protocol):
    """What has to be known of a tenant to find people; all ids are those of active members."""

    def active(self, ids: Iterable[str]) -> list[str]:
        """Those of the given ids that are active members."""

    def department_of(self, member_id: str) -> str | None:
        """The member's department."""

    def above(self, department_id: str) -> Sequence[str]:
        """A department and those above it, the nearest first; empty when there is none."""

    def manager(self, department_id: str) -> str | None:
        """Who leads a department."""

    def inside(self, department_id: str) -> list[str]:
        """The members of a department and of all below it."""

    def holders(self, role: str) -> Mapping[str, str | None]:
        """Who holds a role of the app, each with the department."""


def resolve(people: Iterable[Mapping[str, Any]], directory: Directory, fields: Mapping[str, Any]) -> list[str]:
    """The ids of the members meant, each once, in order; empty when nobody is found.

    Expressions in `people` were evaluated before; `fields` gives the values of the record's person fields.
    """
    found: dict[str, None] = {}
    for one in people:
        found.update(dict.fromkeys(resolve_one(one, directory, fields)))
    return list(found)


def resolve_one(one: Mapping[str, Any], directory: Directory, fields: Mapping[str, Any]) -> list[str]:
    """The members one entry means; its `else` speaks when nobody else is found."""
    found = _meant(one, directory, fields)
    otherwise = one.get("else")
    if found or not otherwise:
        return found
    return resolve([otherwise] if isinstance(otherwise, Mapping) else otherwise, directory, fields)


def _meant(one: Mapping[str, Any], directory: Directory, fields: Mapping[str, Any]) -> list[str]:
    if "role" in one:
        return _holders(str(one["role"]), one.get("in"), "in" in one, directory)
    if "user" in one:
        return directory.active(_ids(one["user"]))
    if "field" in one:
        return directory.active(_ids(fields.get(str(one["field"]))))
    if "manager_of" in one:
        return _managers(_ids(one["manager_of"]), int(one.get("level") or 1), directory)
    if "department" in one:
        return [member for department in _ids(one["department"]) for member in directory.inside(department)]
    return []


def _ids(value: Any) -> list[str]:
    return [str(id) for id in value] if isinstance(value, list | tuple) else [str(value)] if value else []


def _holders(role: str, department: Any, bound: bool, directory: Directory) -> list[str]:
    """All holders of a role, or, bound to a department, those of the nearest one at or above it that has any."""
    holders = directory.holders(role)
    if not bound:
        return list(holders)
    for above in directory.above(str(department)) if department else ():
        found = [member for member, of in holders.items() if of == above]
        if found:
            return found
    return []


def _managers(members: list[str], level: int, directory: Directory) -> list[str]:
    """For each member the manager `level` steps up; nobody is the own manager, nobody counts twice."""
    found = []
    for member in members:
        chain: dict[str, None] = {}
        for department in directory.above(directory.department_of(member) or ""):
            manager = directory.manager(department)
            if manager and manager != member and directory.active([manager]):
                chain[manager] = None
        found += list(chain)[level - 1 : level]
    return found
