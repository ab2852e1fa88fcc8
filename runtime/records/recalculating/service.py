"""Kept formulas worked out anew in all records of a form, when a release says them another way.

What is worked out is nobody's change: it has no history, raises no rev and sets no flow off.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import bindparam, func, select, update

from runtime import events
from runtime.answers import Form, recalculated
from runtime.contracts import Actor
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.identity import service as identity
from runtime.identity.hours import TenantWeek
from runtime.records.access import names_for
from runtime.records.compiled import form_of
from runtime.records.models import record
from runtime.records.references import service as references
from runtime.records.slots import slot_values
from runtime.records.slotting.service import slots_of
from runtime.records.sql import of_form
from runtime.releases import service as releases
from runtime.releases.published import Published

BATCH = 500
AT_ONCE = 2_000
"""A form with no more records than this is worked out anew with the release; others by a worker."""


def follow(published: Published) -> None:
    """Work out anew what a new release says another way, in the transaction that makes it."""
    before = releases.at(published.app_id, published.number - 1) if published.number > 1 else None
    for key in published.all("forms"):
        if before is None or _formulas(published, key) == _formulas(before, key):
            continue
        records = _count(published, key)
        if records > AT_ONCE:
            events.call_for(published.app_id, "rebuild")
        elif records:
            recalculate(published, key)


def recalculate_app(published: Published, hold: Callable[[], None]) -> None:
    """Work out anew all forms of an app that keep formulas."""
    for key in published.all("forms"):
        if _formulas(published, key):
            recalculate(published, key, hold)


def recalculate(published: Published, key: str, hold: Callable[[], None] = lambda: None) -> int:
    """Work out the kept formulas of a form's records anew; says how many differ. `hold` is called with every batch."""
    sheet, after, differing = _Sheet(published, key), "", 0
    while after is not None:
        with transaction():
            hold()
            after, changed = sheet.recalculate_some(after)
        differing += changed
    return differing


def _formulas(published: Published, key: str) -> Mapping[str, Any]:
    """How the kept formulas of a form are worked out, by field."""
    if key not in published.all("forms"):
        return {}
    form = form_of(published, key)
    formulas = {name: field.schema for name, field in form.fields.items() if "x-formula" in field.schema}
    return {name: schema for name, schema in formulas.items() if name not in form.computing.live}


def _count(published: Published, key: str) -> int:
    some = select(record.c.id).where(of_form(published.app_id, key)).limit(AT_ONCE + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


class _Sheet:
    """The records of a form, worked out as the app itself."""

    def __init__(self, published: Published, key: str) -> None:
        home = identity.this_tenant()
        week = TenantWeek(home.settings, home.timezone)
        about = {"app_id": published.app_id, "lang": home.lang, "timezone": home.timezone, "week": week}
        self.published = published
        self.form: Form = form_of(published, key)
        self.slots = slots_of(published, key)
        self.actor = Actor(current_tenant(), "system", **about)
        self.links = sorted(path[1] for path in self.form.computing.reads if path[0] == "linked" and len(path) > 1)
        self.linked: dict[tuple[str, ...], dict[str, Any]] = {}

    def recalculate_some(self, after: str) -> tuple[str | None, int]:
        """One batch, locked while it is worked on; the last of its records (None: there was none), how many differ."""
        rows = select(record.c.id, record.c.data).where(of_form(self.published.app_id, self.form.key))
        rows = rows.order_by(record.c.id).limit(BATCH).with_for_update()
        found = db.session.execute(rows.where(record.c.id > after) if after else rows).all()
        anew = [(row, recalculated(self.form, row.data, self._names(row.data))) for row in found]
        differing = {row.id: data for row, data in anew if data != row.data}
        self._write(differing)
        self.linked.clear()
        return (found[-1].id if found else None), len(differing)

    def _names(self, data: Mapping[str, Any]) -> dict[str, Any]:
        names = names_for(self.actor, utc_now())
        if self.links:
            at = tuple(str(data.get(field)) for field in self.links)
            if at not in self.linked:
                self.linked[at] = references.linked(self.published, self.form, data, self.actor)
            names["linked"] = self.linked[at]
        return names

    def _write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        values = [{"its_id": id, "data": new} | slot_values(new, self.slots) for id, new in data.items()]
        if values:
            mine = (record.c.tenant_id == current_tenant(), record.c.id == bindparam("its_id"))
            names = (name for name in values[0] if name != "its_id")
            fill = update(record).where(*mine).values({name: bindparam(name) for name in names})
            db.session.connection().execute(fill, values)
