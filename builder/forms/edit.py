"""What an admin does to a form document: add, move, change, copy and remove a field; each gives a new document.

A field stands in one *group*: None is the plain form, a number the rule of that place that asks it.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from builder.forms.conditions import fields_in
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


def declared(form: Mapping[str, Any]) -> dict[str, tuple[Group, dict[str, Any]]]:
    """Every field with its group and its own schema, the plain ones first, then those of each rule."""
    groups: list[Group] = [None, *range(len(form["schema"].get("allOf") or ()))]
    found: dict[str, tuple[Group, dict[str, Any]]] = {}
    for group in groups:
        for name, schema in (part_of(form, group).get("properties") or {}).items():
            found.setdefault(name, (group, schema))
    return found


def names(form: Mapping[str, Any]) -> list[str]:
    """Every field, in the same order."""
    return list(declared(form))


def group_of(form: Mapping[str, Any], name: str) -> Group:
    """Where a field stands; raises NoSuchField."""
    return _declared(form, name)[0]


def schema_of(form: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The field's own schema; raises NoSuchField."""
    return _declared(form, name)[1]


def _declared(form: Mapping[str, Any], name: str) -> tuple[Group, dict[str, Any]]:
    try:
        return declared(form)[name]
    except KeyError:
        raise NoSuchField(name) from None


def is_required(form: Mapping[str, Any], name: str) -> bool:
    """Whether the field must be answered where it is asked."""
    return name in (part_of(form, group_of(form, name)).get("required") or ())


def add(
    form: Form, kind: str, title: str, before: str | None = None, group: Group = None, taken: Iterable[str] = ()
) -> tuple[Form, str]:
    """A form with a new field of a kind of the palette, and the field's name: none that it has or that is `taken`."""
    form = deepcopy(form)
    name = free_name({*names(form), *taken}, kind)
    schema = {**deepcopy(dict(KINDS[kind].schema)), "title": title}
    schema = {"type": schema.pop("type"), "title": schema.pop("title"), **schema}
    insert(form, name, schema, before, group)
    if KINDS[kind].ui:
        form.setdefault("ui", {})[name] = dict(KINDS[kind].ui)
    return form, name


def move(form: Form, name: str, before: str | None, group: Group) -> Form:
    """A form with the field before another one, or last in its group (`before` None)."""
    form = deepcopy(form)
    required = is_required(form, name)
    schema = _take(form, name)
    insert(form, name, schema, before, group)
    set_required_in(form, name, required)
    return form


def step(form: Form, name: str, by: int) -> Form:
    """A form with the field one place earlier (-1) or later (+1); at the end of its group it goes on into the next."""
    group = group_of(form, name)
    order = list(part_of(form, group)["properties"])
    place = order.index(name)
    if not 0 <= place + by < len(order):
        return _over_the_edge(form, name, group, by)
    order.remove(name)
    order.insert(place + by, name)
    return move(form, name, following(form, name, order), group)


def _over_the_edge(form: Form, name: str, group: Group, by: int) -> Form:
    """The field in the neighbouring group; a rule that asks about the field itself is passed over."""
    groups: list[Group] = [None, *(place for place, rule in enumerate(rules_of(form)) if _can_ask(rule, name))]
    place = groups.index(group) + by
    if not 0 <= place < len(groups):
        return form
    first = next(iter(part_of(form, groups[place]).get("properties") or {}), None)
    return move(form, name, first if by > 0 else None, groups[place])


def _can_ask(rule: Mapping[str, Any], name: str) -> bool:
    return rule["when"] is not None and name not in fields_in(rule["when"])


def following(form: Mapping[str, Any], name: str, order: list[str] | None = None) -> str | None:
    """The field right after this one in its group (or in another `order` of it), None for the last."""
    order = order or list(part_of(form, group_of(form, name))["properties"])
    return next(iter(order[order.index(name) + 1 :]), None)


def change(form: Form, name: str, schema: Mapping[str, Any], ui: Mapping[str, Any], required: bool) -> Form:
    """A form with the field's schema, look and duty replaced; its place stays."""
    form = deepcopy(form)
    part_of(form, group_of(form, name))["properties"][name] = dict(schema)
    looks = form.setdefault("ui", {})
    looks.pop(name, None)
    if ui:
        looks[name] = dict(ui)
    set_required_in(form, name, required)
    return form


def remove(form: Form, names: Iterable[str]) -> Form:
    """A form that no longer asks these."""
    form = deepcopy(form)
    for name in names:
        _take(form, name)
        (form.get("ui") or {}).pop(name, None)
        order = (form.get("ui") or {}).get("ui:order")
        if order and name in order:
            order.remove(name)
    return form


def set_required_in(form: Form, name: str, wanted: bool) -> None:
    """Set in place whether a field must be answered."""
    part = part_of(form, group_of(form, name))
    others = [other for other in part.get("required") or () if other != name]
    part["required"] = [*others, name] if wanted else others


def part_of(form: Mapping[str, Any], group: Group) -> dict[str, Any]:
    """The schema that declares a group's fields."""
    schema: dict[str, Any] = form["schema"]
    if group is None:
        return schema
    entry = (schema.get("allOf") or [])[group]
    then = entry.get("then") if isinstance(entry, dict) else None
    return then if isinstance(then, dict) else {}


def _take(form: Form, name: str) -> dict[str, Any]:
    part = part_of(form, group_of(form, name))
    part["required"] = [other for other in part.get("required") or () if other != name]
    taken: dict[str, Any] = part["properties"].pop(name)
    return taken


def insert(form: Form, name: str, schema: dict[str, Any], before: str | None, group: Group) -> None:
    """Put a field in place into a group, before another one or last."""
    part = part_of(form, group)
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


def free_name(taken: Iterable[str], stem: str) -> str:
    """`stem_1`, or the first after it that is not taken."""
    known, number = set(taken), 1
    while f"{stem}_{number}" in known:
        number += 1
    return f"{stem}_{number}"


def faces(form: Mapping[str, Any]) -> dict[str, Any]:
    """All that decides how each field looks where it stands, by name: its group, schema, look and duty."""
    looks = form.get("ui") or {}
    return {
        name: (group, schema, looks.get(name), name in (part_of(form, group).get("required") or ()))
        for name, (group, schema) in declared(form).items()
    }


def differing(old: Form, new: Form) -> str:
    """What to show of a change: "field:NAME" of the first question in the new form that differs, or ""."""
    before = faces(old)
    return next((f"field:{name}" for name, face in faces(new).items() if before.get(name) != face), "")
