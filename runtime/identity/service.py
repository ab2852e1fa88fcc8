"""Tenants, members, roles."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from runtime.contracts import Conflict, NotFound, Problem, Refused, as_id
from runtime.db import TenantRow, current_tenant, db, new_id, tenant, transaction
from runtime.i18n import message
from runtime.identity.models import (
    AccountTenant,
    Department,
    Door,
    Invitation,
    Member,
    Power,
    RoleHolder,
    Tenant,
)
from runtime.identity.names import folded, is_tenant_key, search_text

POWERS = ("owner", "admin")
Row = TypeVar("Row", bound=TenantRow)


# --- tenants -----------------------------------------------------------------------------------


def create_tenant(key: str, title: str, lang: str = "zh-CN", timezone: str = "Asia/Shanghai") -> Tenant:
    """A new tenant without members; Refused when the key is no key or taken."""
    if not is_tenant_key(key):
        raise Refused([Problem("/key", "pattern", message("Use small letters, digits and dashes."))])
    id = new_id()
    try:
        with tenant(id), transaction() as session:
            session.add(Door(key=key, tenant_id=id))
            made = Tenant(
                tenant_id=id, id=id, key=key, title=title.strip() or key, lang=lang, timezone=timezone, settings={}
            )
            session.add(made)
            session.flush()
    except IntegrityError:
        raise Refused([Problem("/key", "unique", message("This address is already taken."))]) from None
    return made


def tenant_id_of(key: str) -> str:
    """The id of the tenant of that key; raises NotFound."""
    found = db.session.scalar(select(Door.tenant_id).where(Door.key == key))
    if found is None:
        raise NotFound(message("There is no such page."))
    return found


def is_taken(key: str) -> bool:
    """Whether a tenant has that key."""
    return db.session.scalar(select(Door.key).where(Door.key == key)) is not None


def door_settings(key: str) -> dict[str, Any]:
    """What a tenant shows to anybody who comes to its own sign-in page; nothing unless it wants that."""
    try:
        tenant_id = tenant_id_of(key)
    except NotFound:
        return {}
    with tenant(tenant_id):
        home = this_tenant()
        shown = {"title": home.title, "key": home.key, **home.settings}
    return shown if shown.get("own_door") else {}


def this_tenant() -> Tenant:
    """The current tenant's row."""
    return db.session.scalars(select(Tenant)).one()


# --- members -----------------------------------------------------------------------------------


def add_member(name: str, account_id: str | None = None, department_id: str | None = None) -> Member:
    """A new member of the current tenant; Conflict when the account is one already."""
    tenant_id = current_tenant()
    if not name.strip():
        raise Refused([Problem("/name", "required", message("A name is needed."))])
    try:
        with transaction() as session:
            if department_id:
                row_of(Department, department_id)
            member = Member(tenant_id=tenant_id, id=new_id(), department_id=department_id, active=True)
            _name(member, name)
            session.add(member)
            if account_id:
                seat(member, account_id)
            session.flush()
    except IntegrityError:
        raise Conflict(message("This person is a member already.")) from None
    return member


def seat(member: Member, account_id: str) -> None:
    """Give a member's place to an account; inside the caller's transaction."""
    member.account_id = account_id
    db.session.add(AccountTenant(account_id=account_id, tenant_id=member.tenant_id, member_id=member.id))


def members(text: str = "", after: str = "", limit: int = 50) -> Sequence[Member]:
    """Members by name, page by page; `after` is the id of the last one seen, what is no id counts as none."""
    query = select(Member).where(Member.search.contains(folded(text), autoescape=True))
    seen = as_id(after)
    if seen:
        query = query.where(Member.id > seen)
    return db.session.scalars(query.order_by(Member.id).limit(limit)).all()


def find_member(member_id: str) -> Member:
    """A member of the tenant; raises NotFound."""
    return row_of(Member, member_id)


def change_member(member_id: str, name: str, department_id: str | None) -> Member:
    """A member's name and department; the member's sign-in is not touched."""
    with transaction():
        member = find_member(member_id)
        if department_id:
            row_of(Department, department_id)
        _name(member, name)
        member.department_id = department_id
    return member


def suspend_member(member_id: str, active: bool = False) -> None:
    """Shut a member out at once, or let one in again; Conflict for the last owner."""
    with transaction() as session:
        member = find_member(member_id)
        member.active = active
        session.flush()
        _keep_an_owner()


def remove_seat(member_id: str) -> None:
    """Take a seat away that nobody has ever sat on, with what was laid ready for it; Conflict for any other."""
    with transaction() as session:
        member = find_member(member_id)
        if member.account_id:
            raise Conflict(message("This person is a member already."))
        for table in (RoleHolder, Power, Invitation):
            session.execute(delete(table).where(table.tenant_id == member.tenant_id, table.member_id == member.id))
        session.execute(
            update(Department)
            .where(Department.tenant_id == member.tenant_id, Department.manager_id == member.id)
            .values(manager_id=None)
        )
        session.delete(member)


def _name(member: Member, name: str) -> None:
    member.name = name.strip()[:200]
    member.search = search_text(member.name)


# --- roles and powers --------------------------------------------------------------------------


def give_role(app_id: str, role: str, member_id: str) -> None:
    """Let a member hold a role of an app; nothing happens when it is held already."""
    with transaction() as session:
        find_member(member_id)
        held = RoleHolder.app_id == app_id, RoleHolder.role == role, RoleHolder.member_id == member_id
        if session.scalar(select(RoleHolder).where(*held)) is None:
            _add_once(RoleHolder(tenant_id=current_tenant(), app_id=app_id, role=role, member_id=member_id))


def take_role(app_id: str, role: str, member_id: str) -> None:
    """Take a role away."""
    held = RoleHolder.app_id == app_id, RoleHolder.role == role, RoleHolder.member_id == member_id
    with transaction() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.tenant_id == current_tenant(), *held))


def role_holders(app_id: str) -> dict[str, list[str]]:
    """Member ids by role key."""
    held: dict[str, list[str]] = {}
    query = select(RoleHolder).where(RoleHolder.app_id == app_id).order_by(RoleHolder.id)
    for holder in db.session.scalars(query):
        held.setdefault(holder.role, []).append(holder.member_id)
    return held


def held_roles(member_id: str) -> set[tuple[str, str]]:
    """App id and key of every role a member holds."""
    held = select(RoleHolder.app_id, RoleHolder.role).where(RoleHolder.member_id == member_id)
    return {(app_id, role) for app_id, role in db.session.execute(held)}


def give_power(name: str, member_id: str) -> None:
    """Make a member an owner or an admin of the tenant."""
    if name not in POWERS:
        raise Refused([Problem("/name", "enum", message("There is no such power."))])
    with transaction() as session:
        find_member(member_id)
        held = select(Power).where(Power.member_id == member_id, Power.name == name)
        if session.scalar(held) is None:
            _add_once(Power(tenant_id=current_tenant(), member_id=member_id, name=name))


def _add_once(row: RoleHolder | Power) -> None:
    with suppress(IntegrityError), db.session.begin_nested():  # somebody else gives it at the same moment
        db.session.add(row)


def take_power(name: str, member_id: str) -> None:
    """Take a power away; Conflict for the last owner."""
    held = Power.tenant_id == current_tenant(), Power.member_id == member_id, Power.name == name
    with transaction() as session:
        session.execute(delete(Power).where(*held))
        _keep_an_owner()


def powers() -> dict[str, set[str]]:
    """The powers of each member who has any."""
    held: dict[str, set[str]] = {}
    for power in db.session.scalars(select(Power)):
        held.setdefault(power.member_id, set()).add(power.name)
    return held


def _keep_an_owner() -> None:
    """Two taken away at once could leave none: the tenant's row is locked first, so the second sees the first."""
    mine = Tenant.tenant_id == current_tenant()
    db.session.execute(
        update(Tenant).where(mine).values(title=Tenant.title).execution_options(synchronize_session=False)
    )
    owners = select(func.count()).select_from(Power).join(Member, Member.id == Power.member_id)
    mine_owners = owners.where(Power.tenant_id == current_tenant(), Power.name == "owner", Member.active.is_(True))
    if not db.session.scalar(mine_owners.where(Member.tenant_id == current_tenant())):
        raise Conflict(message("A tenant needs at least one owner."))


# --- people ------------------------------------------------------------------------------------


def search_members(text: str, limit: int = 20) -> list[Member]:
    """Active members whose name, pinyin or initials hold the text, by name."""
    query = select(Member).where(Member.active.is_(True), Member.search.contains(folded(text), autoescape=True))
    return list(db.session.scalars(query.order_by(Member.search, Member.id).limit(limit)))


def member_names(ids: Iterable[str]) -> dict[str, str]:
    """The names of members by id, suspended ones too; ids of nobody are left out."""
    wanted = {id for id in ids if as_id(id)}
    if not wanted:
        return {}
    mine = select(Member.id, Member.name).where(Member.tenant_id == current_tenant(), Member.id.in_(wanted))
    return {row.id: row.name for row in db.session.connection().execute(mine)}


def members_named(names: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the active members of each name."""
    found: dict[str, list[str]] = {name: [] for name in names}
    rows = select(Member.name, Member.id).where(Member.name.in_(found), Member.active.is_(True))
    for name, id in db.session.execute(rows):
        found[name].append(id)
    return found


def row_of(model: type[Row], id: str) -> Row:
    """A row of the tenant, by its id; raises NotFound."""
    found = db.session.scalar(select(model).where(model.id == id)) if as_id(id) else None
    if found is None:
        raise NotFound(message("There is no such page."))
    return found
