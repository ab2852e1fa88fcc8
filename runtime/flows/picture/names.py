"""What can be read at a node: fields of the record that set the flow off, and what earlier steps gave."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime import documents
from runtime.flows import items
from runtime.flows.graph import every_node, loops_around, trigger_of, upstream
from runtime.i18n import Message, message, text_in
from widgets.base import widget_of
from widgets.choice import options_of

Forms = Mapping[str, Mapping[str, Any]]
Name = dict[str, Any]
"""`{"field": path, "source": expression, "title": words or Message, "kind": widget, "choices": […]}`"""

_KINDS = {"number": "number", "yes_no": "yes_no"}
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")


def form_of(flow: Mapping[str, Any]) -> str:
    """The key of the form whose record sets the flow off, or ""."""
    trigger = trigger_of(flow)
    return str((trigger or {}).get("config", {}).get("form") or "")


def readable(flow: Mapping[str, Any], node_id: str, forms: Forms, lang: str) -> list[Name]:
    """Everything an expression in this node may name, the record's own fields first."""
    names = list(_of_record(("record",), forms.get(form_of(flow)), lang, ""))
    names += [_name(("record", "id"), message("This record")), _name(("record", "owner"), message("Owner"), "person")]
    names += [_name(("today",), message("Today"), "date"), _name(("now",), message("Now"), "datetime")]
    sure, maybe = upstream(flow, node_id)
    nodes, around = {node["id"]: node for _, node, _ in every_node(flow)}, loops_around(flow, node_id)
    if around:
        names = [*_of_item(nodes[around[-1]], nodes, forms, lang), *names]
    for id, node in nodes.items():
        if id in {*sure, *maybe} and id not in around:
            names += _of_step(node, forms, lang)
    return names


def _of_item(loop: Mapping[str, Any], nodes: Mapping[str, Any], forms: Forms, lang: str) -> list[Name]:
    """What the steps inside a loop read of the item at hand, and its number."""
    key = items.form_of(loop.get("config") or {}, lambda step: nodes.get(step, {}).get("config", {}).get("form"))
    number = _name(("steps", loop["id"], "index"), message("Number of the item"), "number")
    if key not in forms:
        return [_name(("item",), message("Item")), number]
    title = text_in(lang, forms[str(key)], "title") or str(key)
    own = [_name(("item", "id"), message("This item"))]
    own.append(_name(("item", "owner"), message("Owner of the item"), "person"))
    return [*_of_record(("item",), forms[str(key)], lang, f"{title} › "), *own, number]


def fields_of(form: Mapping[str, Any] | None, lang: str) -> list[Name]:
    """The fields of a form that a step can set or a filter can ask about."""
    if not form:
        return []
    ui = form.get("ui") or {}
    return [
        {
            "name": name,
            "title": text_in(lang, schema, "title") or name,
            "kind": widget_of(schema, ui.get(name)).name,
            "choices": _choices(schema, lang),
        }
        for name, schema in documents.fields_of(form).items()
    ]


def source(path: Sequence[str]) -> str:
    """The expression that reads a path."""
    first, *rest = path
    return first + "".join(f".{part}" if _IDENTIFIER.match(part) else f"[{part!r}]" for part in rest)


def _of_record(path: tuple[str, ...], form: Mapping[str, Any] | None, lang: str, before: str) -> Iterator[Name]:
    for field in fields_of(form, lang):
        named = _name((*path, field["name"]), before + field["title"], field["kind"])
        yield named | {"choices": field["choices"]}


def _of_step(node: Mapping[str, Any], forms: Forms, lang: str) -> list[Name]:
    path, config = ("steps", node["id"]), node.get("config") or {}
    said = str(node.get("title") or node["id"])
    if node["type"] == "set":
        return [_name((*path, name), f"{said} › {name}") for name in config.get("values") or {}]
    if node["type"] == "trigger.webhook":
        sent = ((one["name"], _KINDS.get(one["type"], "text")) for one in config.get("fields") or ())
        return [_name((*path, name), name, kind) for name, kind in sent]
    if node["type"] == "record.find":
        found = _of_record((*path, "first"), forms.get(config.get("form", "")), lang, f"{said} › ")
        return [_name((*path, "count"), message("%(step)s: how many", step=said), "number"), *found]
    if node["type"] == "foreach":
        return [
            _name((*path, "count"), message("%(step)s: how many", step=said), "number"),
            _name((*path, "failed"), message("%(step)s: how many failed", step=said), "number"),
        ]
    if node["type"] == "record.create":
        return [_name((*path, "id"), message("%(step)s: the new record", step=said))]
    return []


def _name(path: Sequence[str], title: str | Message, kind: str = "text") -> Name:
    return {"field": list(path), "source": source(path), "title": title, "kind": kind, "choices": []}


def _choices(schema: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    inner = schema.get("items") if schema.get("type") == "array" else schema
    listed = options_of(inner) if isinstance(inner, Mapping) else ()
    return [{"value": one["const"], "title": text_in(lang, one, "title") or str(one["const"])} for one in listed]
