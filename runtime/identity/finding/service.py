"""Finding the people that flows and fields speak of, and where they are, in the tenant as it is now."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from runtime.contracts import as_id
from runtime.db import current_tenant, db
from runtime.identity import people
from runtime.identity.departments.service import ordered
from runtime.identity.hours import ZONE, Home
from runtime.identity.models import Member, RoleHolder, Tenant


def find_home(lang: str) -> Home:
    """Where the tenant is and what is spoken there; `lang` where it says neither."""
    mine = select(Tenant.timezone, Tenant.lang, Tenant.settings).where(Tenant.tenant_id == current_tenant())
    row = db.session.connection().execute(mine).first()
    return Home(*row) if row else Home(ZONE, lang)


def resolve_people(
    wanted: Iterable[Mapping[str, Any]], app_id: str, fields: Mapping[str, Any] | None = None
) -> list[str]:
    """The member ids that people documents mean (expressions in them evaluated); empty when nobody is found.

    `fields` holds the record's values by field name, and "owner".
    """
    return people.resolve(wanted, _Directory(app_id), fields or {})


class _Directory:
    """The tenant as `people` asks it; the tree of departments is read once."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._departments = {department.id: department for department in ordered()}

    def active(self, ids: Iterable[str]) -> list[str]:
        wanted = [id for id in ids if as_id(id)]
        query = select(Member.id).where(Member.active.is_(True), Member.id.in_(wanted))
        known = set(db.session.scalars(query)) if wanted else set()
        return [id for id in wanted if id in known]

    def department_of(self, member_id: str) -> str | None:
        if not as_id(member_id):
            return None
        return db.session.scalar(select(Member.department_id).where(Member.id == member_id))

    def above(self, department_id: str) -> list[str]:
        found = self._departments.get(department_id)
        return found.path.rstrip("/").split("/")[::-1] if found else []

    def manager(self, department_id: str) -> str | None:
        found = self._departments.get(department_id)
        return found.manager_id if found else None

    def inside(self, department_id: str) -> list[str]:
        top = self._departments.get(department_id)
        if top is None:
            return []
        ids = [one.id for one in self._departments.values() if one.path.startswith(top.path)]
        query = select(Member.id).where(Member.active.is_(True), Member.department_id.in_(ids))
        return list(db.session.scalars(query.order_by(Member.id)))

    def holders(self, role: str) -> dict[str, str | None]:
        query = (
            select(Member.id, Member.department_id)
            .join(RoleHolder, RoleHolder.member_id == Member.id)
            .where(Member.active.is_(True), RoleHolder.app_id == self._app_id, RoleHolder.role == role)
        )
        return dict(db.session.execute(query.order_by(Member.id)).all())
