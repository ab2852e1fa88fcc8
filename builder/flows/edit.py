"""What an admin does to a flow document on the canvas: each act gives a new document."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

Flow = dict[str, Any]

STEP_DOWN = 130
"""How far below everything a node is put that hangs on nothing, in canvas units."""

STEP_RIGHT = 260
"""How far to the right of its source a node made by quick add is put, in canvas units."""


class NoSuchNode(LookupError):
    """The node is not in the flow (any more)."""


def blank(key: str, title: str, trigger: str = "trigger.record", form: str = "") -> Flow:
    """A flow that only starts: one trigger, nothing done yet."""
    config = {"form": form, "on": ["created"]} if trigger == "trigger.record" else {"form": form}
    return {
        "format": "flow/1",
        "key": key,
        "title": title,
        "settings": {"run_as": "system", "max_depth": 5, "on_error": "incident"},
        "nodes": [{"id": "start", "type": trigger, "config": config}],
        "edges": [],
        "layout": {"start": [80, 160]},
    }


def node_of(flow: Mapping[str, Any], node_id: str) -> dict[str, Any]:
    """One node; raises NoSuchNode."""
    for node in flow["nodes"]:
        if node["id"] == node_id:
            return dict(node)
    raise NoSuchNode(node_id)


def add(
    flow: Flow,
    type: str,
    config: Mapping[str, Any],
    at: Sequence[float] | None = None,
    after: tuple[str, str] | None = None,
) -> tuple[Flow, str]:
    """A flow with one more node, at a place or right of the (node, port) it is hung on, and its id."""
    flow = deepcopy(flow)
    node_id = _free_id(flow["nodes"], type.rpartition(".")[2])
    flow["nodes"].append({"id": node_id, "type": type, "config": dict(config)})
    if at is None:
        at = _beside(flow, after[0]) if after else _below(flow)
    flow.setdefault("layout", {})[node_id] = [round(at[0]), round(at[1])]
    if after:
        flow = connect(flow, after[0], after[1], node_id)
    return flow, node_id


def retype(flow: Flow, node_id: str, type: str, config: Mapping[str, Any]) -> Flow:
    """A flow in which a node is of another type, with the same lines."""
    node_of(flow, node_id)
    flow = deepcopy(flow)
    for node in flow["nodes"]:
        if node["id"] == node_id:
            node |= {"type": type, "config": dict(config)}
    return flow


def connect(flow: Flow, source: str, port: str, target: str) -> Flow:
    """A flow in which `port` of one node leads to another; the same line twice stays one."""
    node_of(flow, source), node_of(flow, target)
    line = {"source": source, "port": port, "target": target}
    if any(line.items() <= edge.items() for edge in flow["edges"]):
        return flow
    flow = deepcopy(flow)
    flow["edges"].append({"id": _free_id(flow["edges"], "e"), **line})
    return flow


def disconnect(flow: Flow, edge_id: str) -> Flow:
    """A flow without one line."""
    return {**deepcopy(flow), "edges": [edge for edge in flow["edges"] if edge["id"] != edge_id]}


def place(flow: Flow, layout: Mapping[str, Sequence[float]]) -> Flow:
    """A flow with nodes moved on the canvas."""
    known = {node["id"] for node in flow["nodes"]}
    moved = {node_id: [round(at[0]), round(at[1])] for node_id, at in layout.items() if node_id in known}
    return {**deepcopy(flow), "layout": {**(flow.get("layout") or {}), **moved}}


def remove(flow: Flow, node_id: str) -> Flow:
    """A flow without a node and its lines; what led to it now leads to what followed it, where that is one thing."""
    node_of(flow, node_id)
    coming = [edge for edge in flow["edges"] if edge["target"] == node_id]
    going = [edge for edge in flow["edges"] if edge["source"] == node_id]
    kept = deepcopy(flow)
    kept["nodes"] = [node for node in kept["nodes"] if node["id"] != node_id]
    kept["edges"] = [edge for edge in kept["edges"] if node_id not in (edge["source"], edge["target"])]
    (kept.get("layout") or {}).pop(node_id, None)
    if len(going) == 1:
        for edge in coming:
            kept = connect(kept, edge["source"], edge["port"], going[0]["target"])
    return kept


def configure(flow: Flow, node_id: str, config: Mapping[str, Any], title: str | None = None) -> Flow:
    """A flow with another config in one node, and its title where one is given ("" takes it away)."""
    node_of(flow, node_id)
    flow = deepcopy(flow)
    for node in flow["nodes"]:
        if node["id"] == node_id:
            node["config"] = dict(config)
            if title is not None:
                node.pop("title", None)
                node |= {"title": title} if title else {}
    return flow


def drop_lost_edges(flow: Flow, ports: Mapping[str, Sequence[str]]) -> Flow:
    """A flow without the lines that leave a port its node no longer has."""
    kept = [edge for edge in flow["edges"] if edge["port"] in ports.get(edge["source"], ())]
    return {**flow, "edges": kept}


def _below(flow: Flow) -> list[float]:
    """Under everything that is placed, where it hides nothing."""
    places = list((flow.get("layout") or {}).values())
    return [min(x for x, _ in places), max(y for _, y in places) + STEP_DOWN] if places else [80, 160]


def _beside(flow: Mapping[str, Any], source: str) -> list[float]:
    x, y = (flow.get("layout") or {}).get(source, [80, 160])
    taken = [at for at in (flow.get("layout") or {}).values() if abs(at[0] - x - STEP_RIGHT) < STEP_RIGHT / 2]
    while any(abs(at[1] - y) < 90 for at in taken):
        y += 110
    return [x + STEP_RIGHT, y]


def _free_id(things: Sequence[Mapping[str, Any]], stem: str) -> str:
    taken, number = {thing["id"] for thing in things}, 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
