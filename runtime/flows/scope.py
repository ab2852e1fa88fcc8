"""Which names an expression at a node may use, and their types."""

from collections.abc import Mapping
from typing import Any

from runtime.documents.fields import SYSTEM_FIELDS, fields_of
from runtime.documents.scopes import Forms, form_scope
from runtime.expressions import ANY, COMMON_NAMES, NUMBER, TEXT, Scope, Type, type_of
from runtime.flows.graph import Flow, Node, trigger_of, upstream

_RECORD_STEPS = ("record.create", "record.update")


def own_form(flow: Flow) -> str | None:
    """The key of the form whose record a flow is about; None for a flow about no record."""
    form = ((trigger_of(flow) or {}).get("config") or {}).get("form")
    return form if isinstance(form, str) else None


def form_at(node: Node, own: str | None) -> str | None:
    """The key of the form whose records a node works on: the one its config names, else that of the trigger."""
    form = (node.get("config") or {}).get("form")
    return form if form and isinstance(form, str) else own


def scope_at(flow: Flow, node_id: str, forms: Forms) -> Scope:
    """The names at a node: the record of the trigger's form, what happened, and the steps that stand before it."""
    form = own_form(flow)
    about = form_scope(forms[form], forms) if form is not None and form in forms else COMMON_NAMES
    always, sometimes = upstream(flow, node_id)
    nodes = {node["id"]: node for node in flow["nodes"]}
    steps = {id: _output(nodes[id], form, forms) for id in always | sometimes if id in nodes}
    return {**about, "event": Type("object"), "steps": Type("object", fields=steps)}


def _output(node: Node, own: str | None, forms: Forms) -> Type:
    """What a step gives to later ones, as far as its config tells."""
    config = node.get("config") or {}
    form = form_at(node, own)
    if node["type"] == "set" and isinstance(config.get("values"), dict):
        return _given(dict.fromkeys(config["values"], ANY))
    if form is None or form not in forms:
        return Type("object")
    record = _record(forms[form])
    if node["type"] == "record.find":
        return _given({"items": Type("list", item=record), "count": NUMBER, "first": record})
    return _given(record.fields or {}) if node["type"] in _RECORD_STEPS else Type("object")


def _given(fields: Mapping[str, Type]) -> Type:
    return Type("object", fields={"error": TEXT, **fields})


def _record(form: Mapping[str, Any]) -> Type:
    own = {name: type_of(field) for name, field in fields_of(form).items()}
    return Type("object", fields={**dict.fromkeys(SYSTEM_FIELDS, ANY), **own})
