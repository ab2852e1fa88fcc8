"""Which names an expression at a node may use, and their types."""

from collections.abc import Mapping
from typing import Any

from runtime.documents.fields import SYSTEM_FIELDS, fields_of
from runtime.documents.scopes import Forms, form_scope
from runtime.expressions import ANY, BOOLEAN, COMMON_NAMES, NUMBER, TEXT, Scope, Type, type_of
from runtime.flows.graph import Flow, Node, trigger_of, upstream

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
        self._flow = flow
        self._nodes = {node["id"]: node for node in flow["nodes"]}
        self._records = {key: _record(form) for key, form in forms.items()}
        self._own = own_form(flow)
        known = self._own is not None and self._own in forms
        self._about = form_scope(forms[str(self._own)], forms) if known else COMMON_NAMES

    def at(self, node_id: str) -> Scope:
        """The record of the trigger's form, what happened, and what the steps before the node have given."""
        always, sometimes = upstream(self._flow, node_id)
        steps = {id: self._output(self._nodes[id]) for id in always | sometimes}
        return {**self._about, "event": Type("object"), "steps": Type("object", fields=steps)}

    def _output(self, node: Node) -> Type:
        """What a step gives to later ones, as far as its config tells."""
        values = (node.get("config") or {}).get("values")
        if node["type"] == "set" and isinstance(values, dict):
            return _given(dict.fromkeys(values, ANY))
        if node["type"] == "trigger.webhook":
            return Type("object", fields={one["name"]: _SENT[one["type"]] for one in _listed(node)})
        record = self._records.get(form_at(node, self._own) or "")
        if record is None:
            return Type("object")
        if node["type"] == "record.find":
            return _given({"items": Type("list", item=record), "count": NUMBER, "first": record})
        return _given(record.fields or {}) if node["type"] in _RECORD_STEPS else Type("object")


def _listed(node: Node) -> list[Mapping[str, Any]]:
    """The content that was agreed with whoever sends, as far as it is soundly written."""
    fields = (node.get("config") or {}).get("fields")
    sound = fields if isinstance(fields, list) else []
    return [one for one in sound if isinstance(one, dict) and one.get("name") and one.get("type") in _SENT]


def _given(fields: Mapping[str, Type]) -> Type:
    return Type("object", fields={"error": TEXT, **fields})


def _record(form: Mapping[str, Any]) -> Type:
    own = {name: type_of(field) for name, field in fields_of(form).items()}
    return Type("object", fields={**dict.fromkeys(SYSTEM_FIELDS, ANY), **own})
