"""What can be read at a node: fields of the record that set the flow off, and what earlier steps gave."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from runtime import documents
from runtime.flows import items
from runtime.flows.deliveries import WEBHOOK, agreed
from runtime.flows.graph import Upstream, every_node, trigger_of
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


class Readable:
    """What can be named anywhere in one flow: the fields of a form and what a step gives are worked out once each.

    `say` puts titles into the reader's language.
    """

    def __init__(self, flow: Mapping[str, Any], forms: Forms, lang: str, say: Callable[[str | Message], str]) -> None:
        self._flow, self._forms, self._lang, self._say = flow, forms, lang, say
        self._upstream = Upstream(flow)
        self._nodes = {node["id"]: node for _, node, _ in every_node(flow)}
        self._fields: dict[str, list[Name]] = {}
        self._kept: dict[str, list[Name]] = {}

    def at(self, node_id: str) -> list[Name]:
        """Everything an expression in this node may name: the item of its loop and the record's own fields first."""
        (sure, maybe), around = self._upstream.of(node_id), self._upstream.loops(node_id)
        found = [*(self._item(around[-1]) if around else ()), *self._own]
        for id in self._nodes:
            if id in sure | maybe and id not in around:
                found += self._step(id)
        return found

    @cached_property
    def _own(self) -> list[Name]:
        record = [_name(("record", "id"), message("This record"))]
        record.append(_name(("record", "owner"), message("Owner"), "person"))
        clock = [_name(("today",), message("Today"), "date"), _name(("now",), message("Now"), "datetime")]
        return self._said([*self._of_record(("record",), form_of(self._flow), ""), *record, *clock])

    def _item(self, id: str) -> list[Name]:
        if (key := f"{id}[]") not in self._kept:
            self._kept[key] = self._said(self._of_item(self._nodes[id]))
        return self._kept[key]

    def _step(self, id: str) -> list[Name]:
        if id not in self._kept:
            self._kept[id] = self._said(self._of_step(self._nodes[id]))
        return self._kept[id]

    def _said(self, names: Iterable[Name]) -> list[Name]:
        return [name | {"title": self._say(name["title"])} for name in names]

    def _of_record(self, path: tuple[str, ...], form: str, before: str) -> Iterator[Name]:
        if form not in self._fields:
            self._fields[form] = fields_of(self._forms.get(form), self._lang)
        for field in self._fields[form]:
            named = _name((*path, field["name"]), before + field["title"], field["kind"])
            yield named | {"choices": field["choices"]}

    def _of_item(self, loop: Mapping[str, Any]) -> list[Name]:
        """What the steps inside a loop read of the item at hand, and its number."""
        config, nodes = loop.get("config") or {}, self._nodes
        key = items.form_of(config, lambda step: nodes.get(step, {}).get("config", {}).get("form"))
        number = _name(("steps", loop["id"], "index"), message("Number of the item"), "number")
        if key not in self._forms:
            return [_name(("item",), message("Item")), number]
        title = text_in(self._lang, self._forms[str(key)], "title") or str(key)
        own = [_name(("item", "id"), message("This item"))]
        own.append(_name(("item", "owner"), message("Owner of the item"), "person"))
        return [*self._of_record(("item",), str(key), f"{title} › "), *own, number]

    def _of_step(self, node: Mapping[str, Any]) -> list[Name]:
        path, config = ("steps", node["id"]), node.get("config") or {}
        said = str(node.get("title") or node["id"])
        if node["type"] == "set":
            return [_name((*path, name), f"{said} › {name}") for name in config.get("values") or {}]
        if node["type"] == WEBHOOK:
            sent = ((one["name"], _KINDS.get(one["type"], "text")) for one in agreed(config))
            return [_name((*path, name), name, kind) for name, kind in sent]
        if node["type"] == "record.find":
            found = self._of_record((*path, "first"), str(config.get("form") or ""), f"{said} › ")
            return [_name((*path, "count"), message("%(step)s: how many", step=said), "number"), *found]
        if node["type"] == "foreach":
            return [
                _name((*path, "count"), message("%(step)s: how many", step=said), "number"),
                _name((*path, "failed"), message("%(step)s: how many failed", step=said), "number"),
            ]
        if node["type"] == "record.create":
            return [_name((*path, "id"), message("%(step)s: the new record", step=said))]
        return []


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


def _name(path: Sequence[str], title: str | Message, kind: str = "text") -> Name:
    return {"field": list(path), "source": source(path), "title": title, "kind": kind, "choices": []}


def _choices(schema: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    inner = schema.get("items") if schema.get("type") == "array" else schema
    listed = options_of(inner) if isinstance(inner, Mapping) else ()
    return [{"value": one["const"], "title": text_in(lang, one, "title") or str(one["const"])} for one in listed]
