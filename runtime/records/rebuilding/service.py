"""Asking the workers to do something to all records of a form, of which there are many."""

from collections.abc import Callable
from typing import Literal

from sqlalchemy import select

from runtime import events
from runtime.db import current_tenant, db, transaction
from runtime.records.rebuilding.models import Rebuild

Part = Literal["slots", "answers", "keys"]

Some = Callable[[str], str | None]
"""Does something to the next batch of records after an id; gives the last of them, None when there were none."""


def do_to_all(some: Some) -> None:
    """Do something to all records of a form at once, of which there are few, from the oldest on."""
    after: str | None = ""
    while after is not None:
        with transaction():
            after = some(after)


def call_for(app_id: str, part: Part, form: str) -> None:
    """Let workers do this to all records of a form, from the first one on, when they are through with the rest.

    Whoever is at work on the app loses it and goes on where it stood, with this form anew. The list of what is due is
    asked first: who holds the row there is alone with the rest.
    """
    with transaction() as session:
        events.call_for(app_id, "rebuild")
        owed = find(app_id)
        if owed is None:
            session.add(Rebuild(tenant_id=current_tenant(), id=app_id, parts=[[part, form]]))
        else:
            _owe(owed, [part, form])
        session.flush()


def find(app_id: str) -> Rebuild | None:
    """What is owed to an app now, kept from others until the transaction ends."""
    mine = select(Rebuild).where(Rebuild.tenant_id == current_tenant(), Rebuild.id == app_id)
    return db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def forms_owed(app_id: str) -> set[str]:
    """The forms to whose records workers have something to do."""
    mine = select(Rebuild.parts).where(Rebuild.tenant_id == current_tenant(), Rebuild.id == app_id)
    return {form for _, form in db.session.scalar(mine) or ()}


def _owe(owed: Rebuild, part: list[str]) -> None:
    """To the end of what is owed, as it may build on what stands before it."""
    begun = owed.parts[0]
    owed.parts = [one for one in owed.parts if one != part] + [part]
    if begun == part:
        owed.after = None
