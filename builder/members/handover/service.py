"""Somebody leaves: shut out at once, and everything the person had goes to whom the admin says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select, update

from builder.members import service as members
from runtime.audit import service as audit
from runtime.contracts import Actor, NotFound, Problem, Refused
from runtime.db import current_tenant, db, dumps, transaction
from runtime.documents import fields_of
from runtime.i18n import message, text_in, title_in
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.identity.models import Department, RoleHolder
from runtime.notices.models import Notice
from runtime.records.handover import service as handover
from runtime.records.handover.models import Handover
from runtime.releases import service as releases
from runtime.releases.published import Published

NAMING = ("flows", "views", "reports")
"""The parts of an app that may name a person."""


@dataclass(frozen=True)
class Part:
    """One kind of thing a member has: `key` names it in the page's form."""

    key: str
    title: str
    count: int = 1
    app: str = ""


@dataclass(frozen=True)
class Belongings:
    """All that a member has; `named` are the parts of apps that name the person: app, part, and where to change it."""

    records: list[Part] = field(default_factory=list)
    fields: list[Part] = field(default_factory=list)
    roles: list[Part] = field(default_factory=list)
    departments: list[Part] = field(default_factory=list)
    notices: int = 0
    named: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be left without anybody."""
        return not (self.records or self.fields or self.roles or self.departments or self.notices)


def belongings(member_id: str, lang: str, admin_title: str, actor: Actor) -> Belongings:
    """What a member has now."""
    apps = {app.id: _Place(title_in(lang, app), app.key, _live(app.id), lang) for app in releases.apps()}
    return Belongings(
        [apps[one.app_id].part(one) for one in handover.owned(member_id) if one.app_id in apps],
        [apps[one.app_id].part(one) for one in handover.named(member_id, actor)],
        list(_roles(member_id, lang, admin_title)),
        [Part(f"department:{one.id}", one.title) for one in departments.ordered() if one.manager_id == member_id],
        _unread(member_id),
        [named for place in apps.values() for named in place.naming(member_id)],
    )


@dataclass(frozen=True)
class _Place:
    """An app as the page calls it and its parts."""

    title: str
    key: str
    live: Published | None
    lang: str

    def part(self, share: handover.Share) -> Part:
        """The records of a form, or those that name the member in a field."""
        key = f"records:{share.app_id}:{share.form}"
        form = self.live.all("forms").get(share.form) if self.live else None
        title = text_in(self.lang, form, "title") if form else share.form
        if share.field:
            schema = fields_of(form).get(share.field, {}) if form else {}
            key = f"{key}:{share.field}"
            title = f"{title} · {text_in(self.lang, schema, 'title') or share.field}"
        return Part(key, title, share.count, self.title)

    def naming(self, member_id: str) -> Iterator[tuple[str, str, str]]:
        """The parts of the app that name the member."""
        for kind in NAMING:
            for name, part in (self.live.all(kind) if self.live else {}).items():
                if member_id in dumps(part):
                    place = f"{kind}/{name}" if kind == "flows" else ""
                    yield self.title, text_in(self.lang, part, "title") or name, f"a/{self.key}/build/{place}"


def _live(app_id: str) -> Published | None:
    try:
        return releases.current(app_id)
    except NotFound:
        return None


def _roles(member_id: str, lang: str, admin_title: str) -> Iterator[Part]:
    held = identity.held_roles(member_id)
    for app in members.role_choices(lang, admin_title):
        for key, title in app.roles:
            if (app.app_id, key) in held:
                yield Part(f"role:{app.app_id}:{key}", title, app=app.title)


def _unread(member_id: str) -> int:
    waiting = select(func.count()).select_from(Notice).where(Notice.member_id == member_id, Notice.read_at.is_(None))
    return db.session.scalar(waiting) or 0


def hand_over(member_id: str, to: Mapping[str, str], flows: bool, actor: Actor) -> Handover:
    """Shut a member out, and give what is named in `to`, part key → member id, to others; records follow in the
    background. Refused for a successor who is not there, Conflict for the last owner.
    """
    _refuse_unknown(member_id, set(to.values()))
    with transaction():
        if identity.find_member(member_id).active:
            members.suspend(member_id, False, actor)
        _give_roles(member_id, to)
        _give_departments(member_id, to)
        if "notices" in to:
            _give_notices(member_id, to["notices"])
        records = {found: new for key, new in to.items() for found in _record_keys(key)}
        made = handover.start(member_id, records, flows, actor)
        audit.note("member.handed_over", {"member": member_id, "handover": made.id, "to": dict(to)}, actor.member_id)
    return made


def _refuse_unknown(member_id: str, successors: set[str]) -> None:
    active = {id for id in successors if id != member_id and identity.find_member(id).active}
    if active != successors:
        raise Refused([Problem("/to", "x-ref", message("Choose somebody else who is active."))])


def _record_keys(key: str) -> list[handover.Key]:
    kind, app, form, field = [*key.split(":", 3), "", "", ""][:4]
    return [(app, form, field)] if kind == "records" else []


def _give_roles(member_id: str, to: Mapping[str, str]) -> None:
    """Every role is taken from who leaves; those with a successor go there."""
    for app_id, role in identity.held_roles(member_id):
        new = to.get(f"role:{app_id}:{role}")
        if new:
            identity.give_role(app_id, role, new)
    mine = RoleHolder.tenant_id == current_tenant(), RoleHolder.member_id == member_id
    db.session.execute(delete(RoleHolder).where(*mine))


def _give_departments(member_id: str, to: Mapping[str, str]) -> None:
    for key, new in to.items():
        kind, _, id = key.partition(":")
        if kind == "department":
            mine = Department.tenant_id == current_tenant(), Department.id == id, Department.manager_id == member_id
            db.session.execute(update(Department).where(*mine).values(manager_id=new))


def _give_notices(member_id: str, new: str) -> None:
    mine = Notice.tenant_id == current_tenant(), Notice.member_id == member_id, Notice.read_at.is_(None)
    db.session.execute(update(Notice).where(*mine).values(member_id=new))


def take_back(id: str, actor: Actor) -> None:
    """Give the records of a hand-over back to whom they belonged, as far as nobody has changed them since."""
    with transaction():
        handover.undo(id, actor)
        audit.note("member.hand_over_undone", {"handover": id}, actor.member_id)
