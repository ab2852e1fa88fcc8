"""What an admin does to a form document: add, move, change, copy and remove a field; each gives a new document.

A field stands in one *group*: None is the plain form, a number the rule of that place that asks it.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from builder.forms.palette import KINDS
from builder.forms.rules import rules_of

Form = dict[str, Any]
Group = int | None


class NoSuchField(LookupError):
    """The field is not in the form (any more)."""


def blank(key: str, title: str) -> Form:
    """A form that asks nothing yet."""
    return {
        "format": "form/1",
        "key": key,
        "title": title,
        "schema": {"type": "object", "properties": {}, "required": []},
        "ui": {},
    }


def names(form: Mapping[str, Any]) -> list[str]:
    """Every field, the plain ones first, then those of each rule."""
    groups: list[Group] = [None, *range(len(rules_of(form)))]
    return list(dict.fromkeys(name for group in groups for name in _part(form, group).get("properties") or {}))


def group_of(form: Mapping[str, Any], name: str) -> Group:
    """Where a field stands; raises NoSuchField."""
    groups: list[Group] = [None, *range(len(rules_of(form)))]
    for group in groups:
        if name in (_part(form, group).get("properties") or {}):
            return group
    raise NoSuchField(name)


def schema_of(form: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The field's own schema; raises NoSuchField."""
    found: dict[str, Any] = _part(form, group_of(form, name))["properties"][name]
    return found


def is_required(form: Mapping[str, Any], name: str) -> bool:
    """Whether the field must be answered where it is asked."""
    return name in (_part(form, group_of(form, name)).get("required") or ())


def add(form: Form, kind: str, title: str, before: str | None = None, group: Group = None) -> tuple[Form, str]:
    """A form with a new field of a kind of the palette, and the field's name."""
    form = deepcopy(form)
    name = _free_name(form, kind)
    schema = {**deepcopy(dict(KINDS[kind].schema)), "title": title}
    schema = {"type": schema.pop("type"), "title": schema.pop("title"), **schema}
    _insert(form, name, schema, before, group)
    if KINDS[kind].ui:
        form.setdefault("ui", {})[name] = dict(KINDS[kind].ui)
    return form, name


def move(form: Form, name: str, before: str | None, group: Group) -> Form:
    """A form with the field before another one, or last in its group (`before` None)."""
    form = deepcopy(form)
    required = is_required(form, name)
    schema = _take(form, name)
    _insert(form, name, schema, before, group)
    set_required_in(form, name, required)
    return form


def step(form: Form, name: str, by: int) -> Form:
    """A form with the field one place earlier (-1) or later (+1) in its group."""
    group = group_of(form, name)
    order = list(_part(form, group)["properties"])
    place = order.index(name)
    order.remove(name)
    order.insert(max(0, min(len(order), place + by)), name)
    follower = order[order.index(name) + 1 :]
    return move(form, name, follower[0] if follower else None, group)


def change(form: Form, name: str, schema: Mapping[str, Any], ui: Mapping[str, Any], required: bool) -> Form:
    """A form with the field's schema, look and duty replaced; its place stays."""
    form = deepcopy(form)
    _part(form, group_of(form, name))["properties"][name] = dict(schema)
    looks = form.setdefault("ui", {})
    looks.pop(name, None)
    if ui:
        looks[name] = dict(ui)
    set_required_in(form, name, required)
    return form


def copy(form: Form, name: str) -> tuple[Form, str]:
    """A form with a second field like this one right after it, and the new field's name."""
    form = deepcopy(form)
    group = group_of(form, name)
    order = list(_part(form, group)["properties"])
    follower = order[order.index(name) + 1 :]
    twin = _free_name(form, name.rstrip("0123456789").rstrip("_") or "field")
    _insert(form, twin, deepcopy(schema_of(form, name)), follower[0] if follower else None, group)
    if name in (form.get("ui") or {}):
        form["ui"][twin] = deepcopy(form["ui"][name])
    return form, twin


def remove(form: Form, name: str) -> Form:
    """A form that no longer asks this."""
    form = deepcopy(form)
    _take(form, name)
    (form.get("ui") or {}).pop(name, None)
    order = (form.get("ui") or {}).get("ui:order")
    if order and name in order:
        order.remove(name)
    return form


def set_required_in(form: Form, name: str, wanted: bool) -> None:
    """Set in place whether a field must be answered."""
    part = _part(form, group_of(form, name))
    others = [other for other in part.get("required") or () if other != name]
    part["required"] = [*others, name] if wanted else others


def _part(form: Mapping[str, Any], group: Group) -> dict[str, Any]:
    """The schema that declares a group's fields."""
    schema: dict[str, Any] = form["schema"]
    if group is None:
        return schema
    entry = (schema.get("allOf") or [])[group]
    then = entry.get("then") if isinstance(entry, dict) else None
    return then if isinstance(then, dict) else {}


def _take(form: Form, name: str) -> dict[str, Any]:
    part = _part(form, group_of(form, name))
    part["required"] = [other for other in part.get("required") or () if other != name]
    taken: dict[str, Any] = part["properties"].pop(name)
    return taken


def _insert(form: Form, name: str, schema: dict[str, Any], before: str | None, group: Group) -> None:
    part = _part(form, group)
    fields = list((part.get("properties") or {}).items())
    known = [other for other, _ in fields]
    place = known.index(before) if before in known else len(fields)
    fields.insert(place, (name, schema))
    part["properties"] = dict(fields)
    _follow_in_order(form, name, before)


def _follow_in_order(form: Form, name: str, before: str | None) -> None:
    """Keep an explicit `ui:order`, where there is one, in step."""
    order = (form.get("ui") or {}).get("ui:order")
    if not order:
        return
    kept = [other for other in order if other != name]
    place = kept.index(before) if before in kept else kept.index("*") if "*" in kept else len(kept)
    form["ui"]["ui:order"] = [*kept[:place], name, *kept[place:]]


def _free_name(form: Mapping[str, Any], stem: str) -> str:
    taken, number = set(names(form)) | set(form.get("retired") or ()), 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
