"""The keys of a unique field, kept in step with the releases: records that were there before get theirs too.

Where several of them hold the same value already, the oldest has the key; the others stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from runtime.answers import Form
from runtime.db import current_tenant, db
from runtime.documents import fields_of
from runtime.records.changes import beside
from runtime.records.compiled import form_of
from runtime.records.counting.service import count_some
from runtime.records.models import record, record_unique
from runtime.records.rebuilding import service as rebuilding
from runtime.records.sql import of_form
from runtime.releases import service as releases
from runtime.releases.published import Published

BATCH = 500
Formulas = frozenset[tuple[str, str]]
"""Names of fields, each with how it is calculated."""

AT_ONCE = 2_000
"""A form with no more records than this gets its keys with the release; others from a worker."""


def follow(published: Published) -> None:
    """Let the keys follow what a new release says is unique, in the transaction that makes it."""
    before = releases.at(published.app_id, published.number - 1) if published.number > 1 else None
    for key in published.all("forms"):
        now, then = _unique(published, key), _unique(before, key)
        if gone := then - now:
            _forget(published.app_id, key, [field for field, _ in gone])
        records = count_some(published.app_id, key, AT_ONCE) if now - then else 0
        if records > AT_ONCE or (records and rebuilding.forms_owed(published.app_id)):
            rebuilding.call_for(published.app_id, "keys", key)
        elif records:
            fill(published, key)


def fill(published: Published, key: str) -> None:
    """Give the records of a form the keys they lack, from the oldest on."""
    rebuilding.do_to_all(lambda after: fill_some(published, key, after))


def fill_some(published: Published, key: str, after: str) -> str | None:
    """The keys of one batch of records; gives the last of them, None when there were none.

    They are locked, so that none is changed between being read and being keyed.
    """
    form, app_id = form_of(published, key), published.app_id
    rows = select(record.c.id, record.c.data).where(of_form(app_id, key)).order_by(record.c.id).limit(BATCH)
    found = db.session.execute((rows.where(record.c.id > after) if after else rows).with_for_update()).all()
    keys = [_row(app_id, form, row.id, pair) for row in found for pair in sorted(beside(form, row.data).uniques)]
    if keys:
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        db.session.connection().execute(dialect.insert(record_unique).on_conflict_do_nothing(), keys)
    return found[-1].id if found else None


def _unique(published: Published | None, key: str) -> frozenset[tuple[str, Formulas]]:
    """The unique fields of a form, a calculated one with all its formulas: it may be made of any of them."""
    if published is None or key not in published.all("forms"):
        return frozenset()
    schemas = published.derived(fields_of, "forms", key).items()
    formulas = frozenset((name, str(schema["x-formula"])) for name, schema in schemas if schema.get("x-formula"))
    unique = ((name, schema.get("x-formula")) for name, schema in schemas if schema.get("x-unique"))
    return frozenset((name, formulas if formula else frozenset()) for name, formula in unique)


def _forget(app_id: str, key: str, fields: Sequence[str]) -> None:
    table = record_unique.c
    mine = (table.tenant_id == current_tenant(), table.app_id == app_id, table.form == key, table.field.in_(fields))
    db.session.connection().execute(delete(record_unique).where(*mine))


def _row(app_id: str, form: Form, id: str, pair: tuple[str, str]) -> Mapping[str, Any]:
    field, key = pair
    mine = {"tenant_id": current_tenant(), "app_id": app_id, "form": form.key}
    return mine | {"field": field, "key": key, "record_id": id}
