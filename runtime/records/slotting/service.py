"""The slot map of a form: made when a release is first met, kept, and rebuilt where old records lack a new slot."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.db import current_tenant, db, transaction
from runtime.records.compiled import form_of, wanted
from runtime.records.counting.service import count_some
from runtime.records.models import form_slots, record
from runtime.records.rebuilding import service as rebuilding
from runtime.records.slots import Slot, SlotMap, assign, slot_values
from runtime.records.sql import of_form
from runtime.releases.published import Published

BATCH = 500
AT_ONCE = 2_000
"""A form with no more records than this gets its new slots rebuilt at once; others by a worker."""

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
    if _are_ready(slots):
        _known[name] = slots
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return slots


def rebuild(published: Published, form: str) -> None:
    """Fill the slots of all records of a form from their data, then make them usable."""
    rebuilding.do_to_all(lambda after: fill_some(published, form, after))


def fill_some(published: Published, form: str, after: str) -> str | None:
    """Fill one batch; gives the last of its records. When there are none left, gives None: the slots are usable."""
    slots = slots_of(published, form)
    rows = select(record.c.id, record.c.data).where(of_form(published.app_id, form)).order_by(record.c.id).limit(BATCH)
    rows = (rows.where(record.c.id > after) if after else rows).with_for_update()
    found = db.session.execute(rows).all()
    if not found:
        _make_ready(published, form, slots)
        return None
    values = [{"its_id": row.id} | slot_values(row.data, slots) for row in found]
    mine = (record.c.tenant_id == current_tenant(), record.c.id == bindparam("its_id"))
    fill = update(record).where(*mine).values({name: bindparam(name) for name in slot_values({}, slots)})
    db.session.connection().execute(fill, values)
    return str(found[-1].id)


def _make_ready(published: Published, form: str, slots: SlotMap) -> None:
    ready = {name: Slot(slot.column) for name, slot in slots.items()}
    db.session.execute(update(form_slots).where(*_mine(published, form)).values(slots=_as_json(ready)))


def _stored(published: Published, form: str) -> SlotMap | None:
    found = db.session.execute(_kept(published, form)).one_or_none()
    return _of_json(found.slots) if found and found.release >= published.number else None


def _extend(published: Published, form: str) -> SlotMap:
    """Give slots to the fields of a release the stored map does not cover yet.

    Workers are called for in the transaction that makes the slots, before the map is locked: they lock in that order.
    """
    many = count_some(published.app_id, form, AT_ONCE) > AT_ONCE
    with transaction() as session:
        found = session.execute(_kept(published, form)).one_or_none()
        if many and not _are_ready(_given(published, form, found)):
            rebuilding.call_for(published.app_id, "slots", form)
        found = session.execute(_kept(published, form).with_for_update()).one_or_none()
        slots = _given(published, form, found)
        row = {"release": max(published.number, found.release if found else 0), "slots": _as_json(slots)}
        if found:
            session.execute(update(form_slots).where(*_mine(published, form)).values(row))
        elif not _insert(published, form, row):
            return _stored(published, form) or slots
    if many or _are_ready(slots):
        return slots
    rebuild(published, form)
    return {name: Slot(slot.column) for name, slot in slots.items()}


def _given(published: Published, form: str, found: Any) -> SlotMap:
    """The map that covers the release, made of the one that was found."""
    fields = {name: field.schema for name, field in form_of(published, form).fields.items()}
    known = _of_json(found.slots) if found else {}
    return assign(fields, wanted(published, form), known, ready=not count_some(published.app_id, form, 0))


def _are_ready(slots: SlotMap) -> bool:
    return all(slot.ready for slot in slots.values())


def _insert(published: Published, form: str, row: Mapping[str, Any]) -> bool:
    mine = {"tenant_id": current_tenant(), "app_id": published.app_id, "form": form}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(form_slots), mine | row)
    except IntegrityError:  # another process met the release at the same moment
        return False
    return True


def _kept(published: Published, form: str) -> Select[Any]:
    return select(form_slots).where(*_mine(published, form))


def _mine(published: Published, form: str) -> Iterable[Any]:
    table = form_slots.c
    return (table.tenant_id == current_tenant(), table.app_id == published.app_id, table.form == form)


def _as_json(slots: SlotMap) -> dict[str, Any]:
    return {name: {"column": slot.column, "ready": slot.ready} for name, slot in slots.items()}


def _of_json(json: Mapping[str, Any]) -> dict[str, Slot]:
    return {name: Slot(**slot) for name, slot in json.items()}
