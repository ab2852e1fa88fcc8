"""What runs that are committed together have looked up, so that a batch asks once for all of them."""

from collections.abc import Sequence
from typing import Any

from runtime.contracts import Actor
from runtime.db import current_tenant
from runtime.flows.names import facts_of
from runtime.records.reading import service as reading

Shared = dict[tuple[str, ...], Any]
"""The tenant, and records (None for one that is not there) by app, form and id; a change takes its record out."""

HOME = ("home",)


def look_at(shared: Shared, app_id: str, form: str, ids: Sequence[str]) -> None:
    """Read records of a form by one query; raises NotFound for no such form.

    They are read as the app itself: what an action may then do with them is asked of who the flow acts as.
    """
    found = reading.read_all(app_id, form, ids, Actor(current_tenant(), "system", app_id=app_id))
    for id in ids:
        shared[app_id, form, id] = facts_of(found[id]) if id in found else None
