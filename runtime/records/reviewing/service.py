"""Records looked through again when a release says something else of them: kept formulas, and what is incomplete.

What is worked out is nobody's change: it has no history, raises no rev and sets no flow off.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from runtime.answers import read, recalculated
from runtime.contracts import Actor
from runtime.db import current_tenant, db, utc_now
from runtime.documents.subschemas import rules_of
from runtime.identity.finding.service import find_home
from runtime.records.access import names_for
from runtime.records.compiled import form_of
from runtime.records.counting.service import count_some
from runtime.records.models import record
from runtime.records.rebuilding import service as rebuilding
from runtime.records.references import service as references
from runtime.records.slots import slot_values
from runtime.records.slotting.service import slots_of
from runtime.records.sql import of_form
from runtime.releases import service as releases
from runtime.releases.published import Published

BATCH = 500
AT_ONCE = 2_000
"""A form with no more records than this is looked through with the release; others by a worker."""


def follow(published: Published) -> None:
    """Look through the records of which a new release says something else, in the transaction that makes it."""
    for key in published.all("forms"):
        if not _says_something_else(published, key):
            continue
        records = count_some(published.app_id, key, AT_ONCE)
        if records > AT_ONCE or (records and rebuilding.forms_owed(published.app_id)):
            rebuilding.call_for(published.app_id, "answers", key)
        elif records:
            review(published, key)


def review(published: Published, key: str) -> None:
    """Look through a form's records, from the oldest on."""
    rebuilding.do_to_all(_Look(published, key).at_some)


def review_some(published: Published, key: str, after: str) -> str | None:
    """Look through one batch of a form's records; gives the last of them, None when there were none."""
    return _Look(published, key).at_some(after)


def _says_something_else(published: Published, key: str) -> bool:
    """Whether the release asks something else of a form's answers than the one before, if that had the form."""
    before = releases.at(published.app_id, published.number - 1) if published.number > 1 else None
    if before is None or key not in before.all("forms"):
        return False
    then, now = (_asks(one, key) for one in (before, published))
    return then != now


def _asks(published: Published, key: str) -> dict[str, dict[str, Any]]:
    """What a form asks of the answers of one record; whether another may answer alike is for `uniqueness`."""
    rules = rules_of(published.one("forms", key).get("schema"))
    return {at: {name: value for name, value in one.items() if name != "x-unique"} for at, one in rules.items()}


class _Look:
    """A look through the records of a form, as the app itself sees them."""

    def __init__(self, published: Published, key: str) -> None:
        home = find_home(published.lang)
        self.published = published
        self.form = form_of(published, key)
        self.slots = slots_of(published, key)
        about = {"app_id": published.app_id, "lang": home.lang, "timezone": home.timezone, "week": home.week}
        self.actor = Actor(current_tenant(), "system", **about)
        self.links = sorted(path[1] for path in self.form.computing.reads if path[0] == "linked" and len(path) > 1)
        self.linked: dict[tuple[str, ...], dict[str, Any]] = {}

    def at_some(self, after: str) -> str | None:
        """One batch, locked while it is worked on; gives the last of its records, None when there was none."""
        rows = select(record.c.id, record.c.data, record.c.incomplete)
        rows = rows.where(of_form(self.published.app_id, self.form.key)).order_by(record.c.id)
        rows = (rows.where(record.c.id > after) if after else rows).limit(BATCH).with_for_update()
        found = db.session.execute(rows).all()
        self._write([change for row in found if (change := self._at(row))])
        self.linked.clear()
        return found[-1].id if found else None

    def _at(self, row: Any) -> dict[str, Any] | None:
        """What of a record differs from what is kept of it; None when nothing does."""
        names = self._names(row.data)
        data = recalculated(self.form, row.data, names)
        incomplete = read(self.form, {}, before=data, names=names, lenient=True).incomplete
        if data == row.data and incomplete == row.incomplete:
            return None
        return {"its_id": row.id, "data": data, "incomplete": incomplete} | slot_values(data, self.slots)

    def _names(self, data: Mapping[str, Any]) -> dict[str, Any]:
        names = names_for(self.actor, utc_now())
        if self.links:
            at = tuple(str(data.get(field)) for field in self.links)
            if at not in self.linked:
                self.linked[at] = references.linked(self.published, self.form, data, self.actor)
            names["linked"] = self.linked[at]
        return names

    def _write(self, changes: list[dict[str, Any]]) -> None:
        if changes:
            mine = (record.c.tenant_id == current_tenant(), record.c.id == bindparam("its_id"))
            names = (name for name in changes[0] if name != "its_id")
            fill = update(record).where(*mine).values({name: bindparam(name) for name in names})
            db.session.connection().execute(fill, changes)
