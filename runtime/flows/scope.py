"""Which names an expression at a node may use, and their types."""

from collections.abc import Mapping
from typing import Any

from runtime.documents.fields import SYSTEM_FIELDS, fields_of
from runtime.documents.scopes import Forms, form_scope
from runtime.expressions import ANY, BOOLEAN, COMMON_NAMES, NUMBER, TEXT, Scope, Type, type_of
from runtime.flows import items
from runtime.flows.deliveries import WEBHOOK, agreed
from runtime.flows.graph import Flow, Node, Upstream, every_node, trigger_of

_SENT = {"text": TEXT, "number": NUMBER, "yes_no": BOOLEAN, "list": Type("list", item=ANY), "object": Type("object")}
_RECORD_STEPS = ("record.create", "record.update")


def own_form(flow: Flow) -> str | None:
    """The key of the form whose record a flow is about; None for a flow about no record."""
    form = ((trigger_of(flow) or {}).get("config") or {}).get("form")
    return form if isinstance(form, str) else None


def form_at(node: Node, own: str | None) -> str | None:
    """The key of the form whose records a node works on: the one its config names, else that of the trigger."""
    form = (node.get("config") or {}).get("form")
    return form if form and isinstance(form, str) else own


class Scopes:
    """The names at every node of one flow: worked out once for all of them, since forms may be large."""

    def __init__(self, flow: Flow, forms: Forms) -> None:
        self._upstream = Upstream(flow)
        self._nodes = {node["id"]: node for _, node, _ in every_node(flow)}
        self._around = {node["id"]: around for _, node, around in every_node(flow)}
        self._records = {key: _record(form) for key, form in forms.items()}
        self._own = own_form(flow)
        known = self._own is not None and self._own in forms
        self._about = form_scope(forms[str(self._own)], forms) if known else COMMON_NAMES

    def at(self, node_id: str) -> Scope:
        """The record of the trigger's form, what happened, and what the steps before the node have given."""
        always, sometimes = self._upstream.of(node_id)
        steps = {id: self._output(self._nodes[id]) for id in always | sometimes}
        names = {**self._about, "event": Type("object")}
        for loop in self._around.get(node_id, ()):
            names["item"] = self._item(loop)
            steps[loop] = Type("object", fields={"item": names["item"], "index": NUMBER})
        return {**names, "steps": Type("object", fields=steps)}

    def form_around(self, node_id: str) -> str | None:
        """The form of the record that a node is about: the item of the loop it stands in, else the trigger's."""
        loops = reversed(self._around.get(node_id, ()))
        return next((form for form in map(self._items_form, loops) if form), self._own)

    def _item(self, loop: str) -> Type:
        return self._records.get(self._items_form(loop) or "", ANY)

    def _items_form(self, loop: str) -> str | None:
        return items.form_of(_config(self._nodes[loop]), self._found_in)

    def _found_in(self, step: str) -> str | None:
        node = self._nodes.get(step) or {}
        return _config(node).get("form") if node.get("type") == "record.find" else None

    def _output(self, node: Node) -> Type:
        """What a step gives to later ones, as far as its config tells."""
        values = (node.get("config") or {}).get("values")
        if node["type"] == "set" and isinstance(values, dict):
            return _given(dict.fromkeys(values, ANY))
        if node["type"] == "foreach":
            return _given({"count": NUMBER, "failed": NUMBER, "items": Type("list", item=ANY), "errors": ANY})
        if node["type"] == WEBHOOK:
            return Type("object", fields={one["name"]: _SENT[one["type"]] for one in agreed(_config(node))})
        record = self._records.get(form_at(node, self._own) or "")
        if record is None:
            return Type("object")
        if node["type"] == "record.find":
            return _given({"items": Type("list", item=record), "count": NUMBER, "first": record})
        return _given(record.fields or {}) if node["type"] in _RECORD_STEPS else Type("object")


def _config(node: Node) -> Mapping[str, Any]:
    config = node.get("config")
    return config if isinstance(config, dict) else {}


def _given(fields: Mapping[str, Type]) -> Type:
    return Type("object", fields={"error": TEXT, **fields})


def _record(form: Mapping[str, Any]) -> Type:
    own = {name: type_of(field) for name, field in fields_of(form).items()}
    return Type("object", fields={**dict.fromkeys(SYSTEM_FIELDS, ANY), **own})
