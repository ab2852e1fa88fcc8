"""What an admin does to a flow document on the canvas: each act gives a new document."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from builder.flows import decor

Flow = dict[str, Any]

STEP_DOWN = 130
"""How far below everything a node is put that hangs on nothing, in canvas units."""

STEP_RIGHT = 260
"""How far to the right of its source a node made by quick add is put, in canvas units."""


class NoSuchNode(LookupError):
    """The node is not in the flow (any more)."""


class ApartByLoop(ValueError):
    """A line cannot cross the border of a loop."""


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
    """One node, also one inside a loop; raises NoSuchNode."""
    for body in bodies(flow):
        for node in body["nodes"]:
            if node["id"] == node_id:
                return dict(node)
    raise NoSuchNode(node_id)


def bodies(part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Whatever holds nodes and edges: the flow itself, then the loops in it."""
    yield part  # type: ignore[misc]
    for node in part["nodes"]:
        if isinstance(node.get("nodes"), list):
            yield from bodies(node)


def body_of(flow: Flow, node_id: str) -> dict[str, Any]:
    """The flow or the loop in which a node stands; raises NoSuchNode."""
    for body in bodies(flow):
        if any(node["id"] == node_id for node in body["nodes"]):
            return body
    raise NoSuchNode(node_id)


def ids_of(part: Mapping[str, Any]) -> set[str]:
    """The ids of all nodes, those inside loops too."""
    return {node["id"] for body in bodies(part) for node in body["nodes"]}


@dataclass(frozen=True)
class Spot:
    """Where a new node goes: at a place on the canvas, behind a (node, port), inside a loop.

    `between` puts it into the line that leaves the port, else it is hung on beside what is there.
    """

    at: Sequence[float] | None = None
    after: tuple[str, str] | None = None
    inside: str = ""
    between: bool = False


def add(flow: Flow, part: Mapping[str, Any], spot: Spot = Spot(), on: str = "out") -> tuple[Flow, str]:
    """A flow with one more node of this `type` and `config`, and its id; `on` is its own way on."""
    flow = deepcopy(flow)
    node_id = free_id(ids_of(flow), part["type"].rpartition(".")[2])
    body = body_of(flow, spot.after[0]) if spot.after else _loop(flow, spot.inside)
    body["nodes"].append({"id": node_id, **deepcopy(dict(part))})
    at = spot.at or (_beside(flow, spot.after[0]) if spot.after else _below(flow))
    flow.setdefault("layout", {})[node_id] = [round(at[0]), round(at[1])]
    if spot.after and spot.between:
        _put_between(flow, node_id, spot.after, on)
    elif spot.after:
        flow = connect(flow, *spot.after, node_id)
    return flow, node_id


def retype(flow: Flow, node_id: str, type: str, config: Mapping[str, Any]) -> Flow:
    """A flow in which a node is of another type, with the same lines."""
    flow = deepcopy(flow)
    for node in body_of(flow, node_id)["nodes"]:
        if node["id"] == node_id:
            node |= {"type": type, "config": dict(config)}
    return flow


def _loop(flow: Flow, id: str) -> dict[str, Any]:
    """The loop of that id, or the flow itself for ""."""
    found = next((body for body in bodies(flow) if body.get("id", "") == id), None) if id else flow
    if found is None:
        raise NoSuchNode(id)
    return found


def connect(flow: Flow, source: str, port: str, target: str) -> Flow:
    """A flow in which `port` of one node leads to another; the same line twice stays one.

    Raises ApartByLoop where one of them stands in a loop and the other does not.
    """
    flow = deepcopy(flow)
    body = body_of(flow, source)
    if body is not body_of(flow, target):
        raise ApartByLoop
    line = {"source": source, "port": port, "target": target}
    if not any(line.items() <= edge.items() for edge in body["edges"]):
        body["edges"].append({"id": _free_edge(flow), **line})
    return flow


def disconnect(flow: Flow, edge_id: str) -> Flow:
    """A flow without one line."""
    flow = deepcopy(flow)
    for body in bodies(flow):
        body["edges"] = [edge for edge in body["edges"] if edge["id"] != edge_id]
    return flow


def move(flow: Flow, node_id: str, after: tuple[str, str], on: str = "out") -> Flow:
    """A flow in which a node stands behind a port of another, in the line that leaves it; its old place is closed."""
    flow = deepcopy(flow)
    if body_of(flow, node_id) is not body_of(flow, after[0]):
        raise ApartByLoop
    _close(flow, node_id)
    _put_between(flow, node_id, after, on)
    return flow


def _put_between(flow: Flow, node_id: str, after: tuple[str, str], on: str) -> None:
    """Lead what left the port `after` through a node that stands alone, in the flow given."""
    edges = body_of(flow, node_id)["edges"]
    for edge in edges:
        if (edge["source"], edge["port"]) == after:
            edge["source"], edge["port"] = node_id, on
    edges.append({"id": _free_edge(flow), "source": after[0], "port": after[1], "target": node_id})


def _close(flow: Flow, node_id: str) -> None:
    """Take a node's lines away, in the flow given; what led to it leads to what followed it, where that is one."""
    body = body_of(flow, node_id)
    coming = [edge for edge in body["edges"] if edge["target"] == node_id]
    going = [edge for edge in body["edges"] if edge["source"] == node_id]
    body["edges"] = [edge for edge in body["edges"] if node_id not in (edge["source"], edge["target"])]
    known = {(edge["source"], edge["port"], edge["target"]) for edge in body["edges"]}
    for edge in coming if len(going) == 1 else ():
        line = (edge["source"], edge["port"], going[0]["target"])
        if line not in known:
            body["edges"].append({**edge, "target": going[0]["target"]})


def place(flow: Flow, layout: Mapping[str, Sequence[float]]) -> Flow:
    """A flow with nodes moved on the canvas."""
    known = ids_of(flow)
    moved = {node_id: [round(at[0]), round(at[1])] for node_id, at in layout.items() if node_id in known}
    return {**deepcopy(flow), "layout": {**(flow.get("layout") or {}), **moved}}


def remove(flow: Flow, *node_ids: str) -> Flow:
    """A flow without some nodes and their lines; what led to one now leads to what followed it, where that is one."""
    flow = deepcopy(flow)
    for node_id in node_ids:
        gone = ids_of({"nodes": [node_of(flow, node_id)]})
        _close(flow, node_id)
        body = body_of(flow, node_id)
        body["nodes"] = [node for node in body["nodes"] if node["id"] != node_id]
        flow["layout"] = {id: at for id, at in (flow.get("layout") or {}).items() if id not in gone}
    return decor.without_lost(flow, ids_of(flow))


def configure(flow: Flow, node_id: str, config: Mapping[str, Any], title: str | None = None) -> Flow:
    """A flow with another config in one node, and its title where one is given ("" takes it away)."""
    flow = deepcopy(flow)
    for node in body_of(flow, node_id)["nodes"]:
        if node["id"] == node_id:
            node["config"] = dict(config)
            if title is not None:
                node.pop("title", None)
                node |= {"title": title} if title else {}
    return flow


def drop_lost_edges(flow: Flow, ports: Mapping[str, Sequence[str]]) -> Flow:
    """A flow without the lines that leave a port its node no longer has."""
    flow = deepcopy(flow)
    for body in bodies(flow):
        body["edges"] = [edge for edge in body["edges"] if edge["port"] in ports.get(edge["source"], ())]
    return flow


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


def free_id(taken: Collection[str], stem: str) -> str:
    """An id that is not taken: the stem with the first number that is free."""
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _free_edge(flow: Flow) -> str:
    return free_id({edge["id"] for body in bodies(flow) for edge in body["edges"]}, "e")
