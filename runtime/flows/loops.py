"""Which flows may set themselves or each other off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from runtime.contracts import Problem
from runtime.flows.graph import every_node, trigger_of
from runtime.i18n import message

Flow = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """What a node does to records: the act in the words of a trigger, and the fields, None where any may be meant."""

    at: str
    form: str
    act: str
    fields: frozenset[str] | None = None


def writes(flow: Flow) -> Iterator[Write]:
    """What a flow's nodes write, as far as the document says; a record without a form named is the trigger's."""
    own = _config(trigger_of(flow) or {}).get("form")
    acts = {"record.create": "created", "record.update": "updated", "record.delete": "deleted"}
    for at, node, _ in every_node(flow):
        config = _config(node)
        act, form = acts.get(str(node.get("type"))), config.get("form") or own
        if act and isinstance(form, str):
            values = config.get("set")
            yield Write(at, form, act, frozenset(values) if isinstance(values, dict) else None)


def sets_off(write: Write, flow: Flow) -> bool:
    """Whether a write may start a flow, going by form, act and fields; its condition is not weighed."""
    trigger = trigger_of(flow)
    if trigger is None or trigger.get("type") != "trigger.record":
        return False
    config = _config(trigger)
    if config.get("form") != write.form or write.act not in _names(config.get("on")):
        return False
    if write.act != "updated" or write.fields is None:
        return True
    watched, change = _names(config.get("fields")), config.get("change")
    goes = _names([change.get("field")]) if isinstance(change, dict) else frozenset()
    return all(not write.fields.isdisjoint(names) for names in (watched, goes) if names)


def loop_warnings(flow: Flow) -> list[Problem]:
    """The nodes whose write may start the flow they stand in, at the node."""
    why = message("This may start the flow it belongs to, again and again.")
    return [Problem(write.at, "loop", why) for write in writes(flow) if sets_off(write, flow)]


def rings(flows: Mapping[str, Flow]) -> list[tuple[str, ...]]:
    """The groups of two or more flows that may set each other off without end, each group's keys in order."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(flows)
    for key, flow in flows.items():
        done = tuple(writes(flow))
        graph.add_edges_from((key, other) for other in flows if any(sets_off(write, flows[other]) for write in done))
    return sorted(tuple(sorted(ring)) for ring in nx.strongly_connected_components(graph) if len(ring) > 1)


def _names(value: object) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()


def _config(node: Mapping[str, Any]) -> Mapping[str, Any]:
    config = node.get("config")
    return config if isinstance(config, dict) else {}
