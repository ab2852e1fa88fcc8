"""History, records linking here, labels, search by name, and who may read an attached file."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from runtime.contracts import Actor, Forbidden, NotFound, as_id
from runtime.db import current_tenant, db
from runtime.identity import service as identity
from runtime.records.access import facts_of, rights_of
from runtime.records.compiled import form_of
from runtime.records.filters import Test
from runtime.records.likeness import core_of, names_in
from runtime.records.models import record, record_link, record_rev
from runtime.records.query import Query
from runtime.records.reading.service import Reading, begin, find, page_of, time_limit
from runtime.records.record import Entry, Record
from runtime.records.sql import Condition, of_form
from runtime.records.textkeys import prefix_range
from runtime.releases import service as releases
from widgets.base import PERSON, Ref

LIKE = 5
MOST = 200
"""Entries of a history, and labels found by one search, at most."""


def history(app_id: str, form: str, record_id: str, actor: Actor, before: int | None = None) -> list[Entry]:
    """The changes of a record, the last first, with the fields the actor may see on it; `before` a rev."""
    reading = begin(app_id, form, actor)
    readable = reading.rights.readable(facts_of(find(reading, record_id))) | {"owner"}
    table = record_rev.c
    where = [table.tenant_id == current_tenant(), table.record_id == record_id]
    if before is not None:
        where.append(table.rev < before)
    rows = db.session.execute(select(record_rev).where(*where).order_by(table.rev.desc()).limit(MOST))
    return [_entry(row, readable) for row in rows]


def _entry(row: Any, readable: frozenset[str]) -> Entry:
    old, new = ({name: value for name, value in side.items() if name in readable} for side in (row.old, row.new))
    return Entry(row.rev, row.type, row.at, row.actor_id, old, new, row.run_id)


def related(app_id: str, form: str, record_id: str, actor: Actor, limit: int = 20) -> dict[str, list[Record]]:
    """The records that link to this one, by form, the newest first; only what the actor may see."""
    find(begin(app_id, form, actor), record_id)
    found: dict[str, list[Record]] = {}
    for source in releases.current(app_id).all("forms"):
        records = _linking(app_id, source, record_id, actor, limit)
        if records:
            found[source] = records
    return found


def _linking(app_id: str, source: str, target: str, actor: Actor, limit: int) -> list[Record]:
    try:
        reading = begin(app_id, source, actor)
    except Forbidden:
        return []
    usable = [name for name in reading.form.fields if name in reading.rights.readable_everywhere()]
    link = record_link.c
    ids = select(link.record_id).where(
        link.tenant_id == current_tenant(), link.target_id == target, link.field.in_(usable)
    )
    query = select(record).where(reading.where, record.c.id.in_(ids)).order_by(record.c.id.desc()).limit(limit)
    return [reading.record(row) for row in db.session.execute(query)]


# --- names of records --------------------------------------------------------------------------------


def labels(app_id: str, form: str, ids: Iterable[str], actor: Actor | None = None) -> dict[str, str]:
    """What living records are called, by id, in one query; without those the actor may not see or not by name."""
    published = releases.current(app_id)
    wanted = {id for one in ids if (id := as_id(one))}
    if not wanted or form not in published.all("forms"):
        return {}
    name = form_of(published, form).label
    rights = rights_of(published, actor, form) if actor else None
    columns = (record.c.id, record.c.data, record.c.owner_id, record.c.dept_path)
    rows = db.session.execute(select(*columns).where(of_form(app_id, form), record.c.id.in_(wanted)))
    found = {}
    for row in rows:
        facts = facts_of(row)
        if rights is None or rights.allows("read", facts):
            known = rights is None or name in rights.readable(facts)
            found[row.id] = label_of(row.data if known else {}, name, row.id)
    return found


def names(app_id: str, refs: Mapping[str, Iterable[str]], actor: Actor) -> dict[Ref, str]:
    """What people and records are called, by target and id; one query for each target."""
    found: dict[Ref, str] = {}
    for target, ids in refs.items():
        known = {id for one in ids if (id := as_id(one))}
        named = identity.member_names(known) if target == PERSON else labels(app_id, target, known, actor)
        found |= {(target, id): label for id, label in named.items()}
    return found


def label_of(data: Mapping[str, Any], name: str | None, id: str) -> str:
    """What a record is called: its label field's value, else the end of its id."""
    value = data.get(name) if name else None
    return str(value) if value not in (None, "", []) else f"#{id[-6:]}"


def search(app_id: str, form: str, text: str, actor: Actor, limit: int = 20) -> list[tuple[str, str]]:
    """Visible records whose name holds the text, or begins with it read aloud, by name; all when it is empty."""
    reading = begin(app_id, form, actor)
    name = reading.form.label
    if name is None or name not in reading.rights.readable_everywhere():
        return []
    compiler = reading.compiler()
    order = compiler.order_column(name)
    where = and_(reading.where, order.is_not(None))
    if text.strip():
        where = and_(where, _named(reading, name, text.strip()[:100]))
    with time_limit():
        rows = db.session.execute(
            select(record.c.id, record.c.data).where(where).order_by(order).limit(min(limit, MOST))
        )
        return [(row.id, label_of(row.data, name, row.id)) for row in rows]


def similar(app_id: str, form: str, field: str, text: str, actor: Actor, but: str | None = None) -> list[Record]:
    """Visible records that may be the same as one whose `field` says `text`, at most LIKE; `but` is left out.

    Nothing for a field that is not asked about (see `likeness.names_in`).
    """
    reading, core = begin(app_id, form, actor), core_of(text[:200])
    if not core or field not in names_in(reading.form) or field not in reading.rights.readable_everywhere():
        return []
    query = Query({"field": field, "op": "contains", "value": core}, limit=LIKE + 1, count=False)
    return [record for record in page_of(reading, query).items if record.id != but][:LIKE]


def _named(reading: Reading, name: str, text: str) -> Condition:
    compiler = reading.compiler()
    if reading.columns().kinds[name] != "text":
        return compiler.condition(Test(name, "eq", text)) if as_id(text) else compiler.condition(Test(name, "empty"))
    found = compiler.condition(Test(name, "like", text))
    if not compiler.indexed(name):
        return found
    low, high = prefix_range(text)
    column = compiler.order_column(name)
    return or_(found, and_(column >= low, column < high))


# --- files -------------------------------------------------------------------------------------------


def may_read_file(file_id: str, actor: Actor) -> bool:
    """Whether a file is attached to a living record, in a field, that the actor may see."""
    link = and_(record_link.c.tenant_id == record.c.tenant_id, record_link.c.record_id == record.c.id)
    mine = (record.c.tenant_id == current_tenant(), record.c.deleted_at.is_(None), record_link.c.target_id == file_id)
    rows = db.session.execute(
        select(record, record_link.c.field).join(record_link, link).where(*mine).limit(MOST)
    ).all()
    return any(_sees(row, actor) for row in rows)


def _sees(row: Any, actor: Actor) -> bool:
    try:
        rights = rights_of(releases.current(row.app_id), actor, row.form)
    except NotFound:
        return False
    return row.field in rights.readable(facts_of(row))
