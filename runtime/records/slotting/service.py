"""The slot map of a form: made when a release is first met, kept, and rebuilt where old records lack a new slot."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime import events
from runtime.db import current_tenant, db, transaction
from runtime.records.compiled import form_of, wanted
from runtime.records.counting.service import count_some
from runtime.records.models import form_slots, record
from runtime.records.slots import Slot, SlotMap, assign, slot_values
from runtime.records.sql import of_form
from runtime.releases.published import Published

BATCH = 500
AT_ONCE = 2_000
"""A form with no more records than this gets its new slots rebuilt at once; others by `rebuild`."""

_KEPT = 4_096
_known: OrderedDict[tuple[str, str, str, int], SlotMap] = OrderedDict()
"""Maps of this process that are ready throughout, the last used at the end."""


def slots_of(published: Published, form: str) -> SlotMap:
    """The slot map that covers this release of a form."""
    name = (current_tenant(), published.app_id, form, published.number)
    if name in _known:
        _known.move_to_end(name)
        return _known[name]
    slots = _stored(published, form)
    if slots is None:
        slots = _extend(published, form)
    if all(slot.ready for slot in slots.values()):
        _known[name] = slots
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return slots


def rebuild(published: Published, form: str, hold: Callable[[], None] = lambda: None) -> int:
    """Fill the slots of all records of a form from their data, then make them usable; gives how many were filled.

    `hold` is called in the transaction of every batch: what it raises ends the work, which can begin anew.
    """
    slots = slots_of(published, form)
    filled, after = 0, ""
    while ids := _refill(published, form, slots, after, hold):
        filled, after = filled + len(ids), ids[-1]
    ready = {name: Slot(slot.column) for name, slot in slots.items()}
    with transaction() as session:
        session.execute(update(form_slots).where(*_mine(published, form)).values(slots=_as_json(ready)))
    return filled


def rebuild_app(published: Published, hold: Callable[[], None]) -> None:
    """Rebuild every form of an app that has a slot which is not usable yet."""
    for form in published.all("forms"):
        if any(not slot.ready for slot in slots_of(published, form).values()):
            rebuild(published, form, hold)


def _stored(published: Published, form: str) -> SlotMap | None:
    found = db.session.execute(select(form_slots).where(*_mine(published, form))).one_or_none()
    return _of_json(found.slots) if found and found.release >= published.number else None


def _extend(published: Published, form: str) -> SlotMap:
    """Give slots to the fields of a release the stored map does not cover yet."""
    fields = {name: field.schema for name, field in form_of(published, form).fields.items()}
    with transaction() as session:
        found = session.execute(select(form_slots).where(*_mine(published, form)).with_for_update()).one_or_none()
        known = _of_json(found.slots) if found else {}
        slots = assign(fields, wanted(published, form), known, ready=not count_some(published.app_id, form, 0))
        row = {"release": max(published.number, found.release if found else 0), "slots": _as_json(slots)}
        if found:
            session.execute(update(form_slots).where(*_mine(published, form)).values(row))
        elif not _insert(published, form, row):
            return _stored(published, form) or slots
    if all(slot.ready for slot in slots.values()):
        return slots
    if count_some(published.app_id, form, AT_ONCE) > AT_ONCE:
        with transaction():
            events.call_for(published.app_id, "rebuild")
        return slots
    rebuild(published, form)
    return {name: Slot(slot.column) for name, slot in slots.items()}


def _insert(published: Published, form: str, row: Mapping[str, Any]) -> bool:
    mine = {"tenant_id": current_tenant(), "app_id": published.app_id, "form": form}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(form_slots), mine | row)
    except IntegrityError:  # another process met the release at the same moment
        return False
    return True


def _refill(published: Published, form: str, slots: SlotMap, after: str, hold: Callable[[], None]) -> list[str]:
    """Fill one batch; each record is written only if nobody changed it meanwhile."""
    rows = select(record.c.id, record.c.data, record.c.rev).where(of_form(published.app_id, form)).order_by(record.c.id)
    mine = (record.c.id == bindparam("its_id"), record.c.rev == bindparam("its_rev"))
    fill = update(record).where(record.c.tenant_id == current_tenant(), *mine)
    with transaction() as session:
        hold()
        found = session.execute((rows.where(record.c.id > after) if after else rows).limit(BATCH)).all()
        values = [{"its_id": row.id, "its_rev": row.rev} | slot_values(row.data, slots) for row in found]
        if values:
            session.connection().execute(
                fill.values({name: bindparam(name) for name in slot_values({}, slots)}), values
            )
    return [row.id for row in found]


def _mine(published: Published, form: str) -> Iterable[Any]:
    table = form_slots.c
    return (table.tenant_id == current_tenant(), table.app_id == published.app_id, table.form == form)


def _as_json(slots: SlotMap) -> dict[str, Any]:
    return {name: {"column": slot.column, "ready": slot.ready} for name, slot in slots.items()}


def _of_json(json: Mapping[str, Any]) -> dict[str, Slot]:
    return {name: Slot(**slot) for name, slot in json.items()}
