"""Which records and people the names in cells mean, and what those records hold already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from runtime.contracts import Actor, Forbidden
from runtime.exchange.cells import Read, Unreadable, reader_of
from runtime.exchange.rows import PERSON
from runtime.identity import service as identity
from runtime.records import service as records
from runtime.records.compiled import form_of
from runtime.releases.published import Published

AT_ONCE = 100

Json = Mapping[str, Any]

Found = Mapping[str, list[str]]
"""The ids that each name means: none, one, or too many."""


def look_up(published: Published, target: str, by: str | None, names: Iterable[str], actor: Actor) -> Found:
    """The ids of the records of a form (or the people) of each name, in one query for every hundred names.

    `by` is the field that holds the names, else the form's label field; only what the actor may see is found.
    """
    wanted = list(dict.fromkeys(names))
    if target == PERSON:
        return identity.members_named(wanted)
    form = form_of(published, target)
    field = by or form.label
    if field is None or field not in form.fields:
        return {}
    holder = form.fields[field]
    values = _values(wanted, reader_of(holder.schema, holder.ui, ZoneInfo(actor.timezone)))
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for start in range(0, len(values), AT_ONCE):
        _find(published.app_id, target, field, dict(list(values.items())[start : start + AT_ONCE]), actor, found)
    return found


def held_by(app_id: str, form: str, ids: Sequence[str], actor: Actor) -> dict[str, Json]:
    """What records hold, by id, as far as the actor may read it; one query for every hundred."""
    held: dict[str, Json] = {}
    for start in range(0, len(ids), AT_ONCE):
        filter = {"field": "id", "op": "in", "value": list(ids[start : start + AT_ONCE])}
        query = records.Query(filter=filter, limit=AT_ONCE, count=False)
        held |= {item.id: item.data for item in records.page(app_id, form, query, actor).items}
    return held


def _find(
    app_id: str, form: str, field: str, values: Mapping[Any, str], actor: Actor, found: dict[str, list[str]]
) -> None:
    filter = {"field": field, "op": "in", "value": list(values)}
    query = records.Query(filter=filter, limit=2 * AT_ONCE, fields=(field,), count=False)
    try:
        page = records.page(app_id, form, query, actor)
    except Forbidden:
        return
    for item in page.items:
        name = values.get(item.data.get(field))
        if name is not None:
            found[name].append(item.id)
    if page.next and len(values) > 1:  # some are there so often that they hid others
        for value, name in values.items():
            found[name].clear()
            _find(app_id, form, field, {value: name}, actor, found)


def _values(names: Iterable[str], read: Read) -> dict[Any, str]:
    """The field's value that each name is written for; names it cannot hold are left out."""
    values: dict[Any, str] = {}
    for name in names:
        try:
            values[read(name)] = name
        except (Unreadable, TypeError):
            continue
    return values
