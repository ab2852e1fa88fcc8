"""Checks that what answers point at is there, in the tenant, and seen by who points at it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import select

from runtime.answers import Form, Link, links_of, values_of
from runtime.contracts import Actor, Problem, as_id
from runtime.db import current_tenant, db
from runtime.documents.bounds import pointer
from runtime.files import service as files
from runtime.i18n import message
from runtime.identity.models import Department, Member
from runtime.records.access import facts_of, rights_of
from runtime.records.compiled import form_of
from runtime.records.models import record
from runtime.records.sql import of_form
from runtime.releases.published import Published

_KEPT = ("id", "name", "size", "type")
_MISSING = {
    "form": message("There is no such record to link to."),
    "person": message("There is no such person."),
    "file": message("There is no such file."),
}

_seen: ContextVar[set[tuple[str, str, str]] | None] = ContextVar("seen", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, a target that was found is not looked for again: for many changes by one actor in one transaction."""
    token = _seen.set(set())
    try:
        yield
    finally:
        _seen.reset(token)


@contextmanager
def naming(member_id: str) -> Iterator[None]:
    """Inside, answers may name this member even when shut out: for giving back what was so before."""
    with remembering():
        seen = _seen.get()
        assert seen is not None
        seen.add(_mark(Link("", "person", member_id)))
        yield


def check(
    published: Published, form: Form, before: Mapping[str, Any], data: Mapping[str, Any], actor: Actor
) -> list[Problem]:
    """The links of `data` that `before` did not have and that lead nowhere; files' details are set to what is kept."""
    known = set(links_of(form, before))
    seen = _seen.get()
    new = [link for link in links_of(form, data) if link not in known and not (seen and _mark(link) in seen)]
    if not new:
        return []
    found = {id for links in _by_target(new) for id in _found(published, links, actor)}
    missing = [link for link in new if as_id(link.id) not in found]
    if seen is not None:
        seen.update(_mark(link) for link in new if link not in missing)
    return [_missing(link) for link in missing]


def look_ahead(published: Published, form: Form, answers: Iterable[Mapping[str, Any]], actor: Actor) -> None:
    """Find what many answers point at by one query a target, inside `remembering`."""
    seen = _seen.get()
    assert seen is not None
    links = {_mark(link): link for data in answers for link in links_of(form, data)}
    for some in _by_target(link for mark, link in links.items() if mark not in seen):
        found = set(_found(published, some, actor))
        seen.update(_mark(link) for link in some if as_id(link.id) in found)


def _mark(link: Link) -> tuple[str, str, str]:
    return link.kind, link.form if not link.app else f"@{link.app}", link.id


def _by_target(links: Iterable[Link]) -> Iterable[list[Link]]:
    groups: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        groups.setdefault((link.kind, link.form if not link.app else "@" + link.app), []).append(link)
    return groups.values()


def _found(published: Published, links: list[Link], actor: Actor) -> Iterable[str]:
    ids = {id for link in links if (id := as_id(link.id))}
    if links[0].kind == "person":
        mine = (Member.tenant_id == current_tenant(), Member.id.in_(ids), Member.active.is_(True))
        return db.session.scalars(select(Member.id).where(*mine))
    if links[0].kind == "file":
        return [id for id in ids if files.take_up(id, actor)]
    return [] if links[0].app else visible(published, links[0].form, ids, actor)


def visible(published: Published, form: str, ids: Iterable[str], actor: Actor) -> list[str]:
    """Those of the ids that are living records of a form which the actor may see."""
    if form not in published.all("forms"):
        return []
    rights = rights_of(published, actor, form)
    columns = (record.c.id, record.c.data, record.c.owner_id, record.c.dept_path)
    rows = db.session.execute(select(*columns).where(of_form(published.app_id, form), record.c.id.in_(list(ids))))
    return [row.id for row in rows if rights.allows("read", facts_of(row))]


def _missing(link: Link) -> Problem:
    return Problem(pointer(link.field), "x-ref" if link.kind != "file" else "x-file", _MISSING[link.kind])


def with_kept_files(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with each file's name, size and type as they were kept, whatever was sent."""
    wanted = [link for link in links_of(form, data) if link.kind == "file"]
    if not wanted:
        return dict(data)
    known = files.described({link.id for link in wanted if as_id(link.id)})
    kept = {name: [_kept(known, item) for item in data[name]] for name in {link.field for link in wanted}}
    return {**data, **kept}


def _kept(known: Mapping[str, Mapping[str, Any]], item: Any) -> Any:
    found = known.get(item.get("id")) if isinstance(item, dict) else None
    return {key: found[key] for key in _KEPT} if found else item


def linked(published: Published, form: Form, data: Mapping[str, Any], actor: Actor) -> dict[str, dict[str, Any]]:
    """What the form's expressions read of linked records: data by field; only what the actor may see of them."""
    fields = {path[1] for path in form.computing.reads if path[0] == "linked" and len(path) > 1}
    found: dict[str, dict[str, Any]] = {}
    for link in links_of(form, data):
        if link.field in fields and link.kind == "form" and not link.app and as_id(link.id):
            found[link.field] = _readable_data(published, link, actor)
    return {field: found.get(field, {}) for field in fields}


def _readable_data(published: Published, link: Link, actor: Actor) -> dict[str, Any]:
    where = (of_form(published.app_id, link.form), record.c.id == link.id)
    row = db.session.execute(select(record).where(*where)).one_or_none()
    if row is None:
        return {}
    target = form_of(published, link.form)
    readable = rights_of(published, actor, link.form).readable(facts_of(row))
    values = {name: value for name, value in row.data.items() if name in readable and name in target.fields}
    return values_of(target, values)


def department_path(member_id: str) -> str | None:
    """The path of a member's department, "" without one; None for nobody of the tenant."""
    joined = select(Member.id, Department.path).outerjoin(
        Department, (Department.tenant_id == Member.tenant_id) & (Department.id == Member.department_id)
    )
    mine = (Member.tenant_id == current_tenant(), Member.id == member_id)
    found = db.session.execute(joined.where(*mine)).one_or_none()
    return None if found is None else found.path or ""
