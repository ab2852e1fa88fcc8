"""How many records a list takes, counted anew only when a record of the form has changed.

To count up to 10,000 of 100,000 records by two filters takes ten times as long as to read the page itself, and a list
is turned over, sorted and looked at by many far more often than its form changes.
"""

import time
from collections import OrderedDict
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from runtime.db import current_tenant, db
from runtime.events import EventRow
from runtime.records.models import record
from runtime.records.sql import Condition, of_form

COUNTED = 10_000
"""Counting ends here: more is "10,000 or more"."""

SECONDS = 5.0
"""A count is believed no longer, as of two changes made at once the one that was begun first may be seen last."""

_KEPT = 1_024
_counts: OrderedDict[tuple[str, ...], tuple[str | None, float, int]] = OrderedDict()


def count(app_id: str, form: str, question: str, where: Condition) -> int:
    """How many records `where` takes, COUNTED + 1 for more; `question` tells apart what is asked by whom."""
    name = (current_tenant(), app_id, form, question)
    mine = {"tenant_id": name[0], "app_id": app_id, "form": form}
    latest = db.session.connection().execute(_latest(), mine).scalar()
    change, since, counted = _counts.get(name, (None, 0.0, 0))
    if latest is None or latest != change or time.monotonic() - since > SECONDS:
        counted = _count(where)
        _keep(name, (latest, time.monotonic(), counted))
    return counted


def _keep(name: tuple[str, ...], count: tuple[str | None, float, int]) -> None:
    _counts[name] = count
    _counts.move_to_end(name)
    while len(_counts) > _KEPT:
        _counts.popitem(last=False)


@cache
def _latest() -> Select[Any]:
    """The latest change of a form, by the index of its events."""
    mine = (EventRow.tenant_id == bindparam("tenant_id"), EventRow.app_id == bindparam("app_id"))
    return select(EventRow.id).where(*mine, EventRow.form == bindparam("form")).order_by(EventRow.id.desc()).limit(1)


def _count(where: Condition) -> int:
    some = select(record.c.id).where(where).limit(COUNTED + 1).subquery()
    return int(db.session.connection().execute(select(func.count()).select_from(some)).scalar() or 0)


def count_some(app_id: str, form: str, most: int) -> int:
    """How many living records a form has, `most` + 1 for more."""
    some = select(record.c.id).where(of_form(app_id, form)).limit(most + 1).subquery()
    return int(db.session.connection().execute(select(func.count()).select_from(some)).scalar() or 0)
