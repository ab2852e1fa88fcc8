"""Questions about a flow's graph, all asked of networkx."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import networkx as nx

from runtime.contracts import Problem
from runtime.i18n import message

MAX_NODES = 200
MAX_PATH = 100
MAX_LOOPS = 3
"""So deep loops stand in each other."""
ERROR_PORT = "error"
"""Every node has it: the run goes on there when the node fails, and is an incident where nothing is connected."""

Flow = Mapping[str, Any]
Node = Mapping[str, Any]
PortsOf = Callable[[Node], Sequence[str]]
Graph: TypeAlias = "nx.MultiDiGraph[str]"


def bodies(flow: Flow, at: str = "", around: tuple[str, ...] = ()) -> Iterator[tuple[str, Flow, tuple[str, ...]]]:
    """The flow and every loop in it, before those inside: its place as a JSON Pointer, and the loops around."""
    yield at, flow, around
    for index, node in nodes_of(flow):
        if isinstance(node.get("nodes"), list) and len(around) <= MAX_LOOPS:
            yield from bodies(node, f"{at}/nodes/{index}", (*around, node["id"]))


def every_node(flow: Flow) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
    """Every node, a loop before those inside it: its place as a JSON Pointer, and the loops around."""
    yield from _below(flow, "", ())


def _below(flow: Flow, at: str, around: tuple[str, ...]) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
    for index, node in nodes_of(flow):
        yield f"{at}/nodes/{index}", node, around
        if isinstance(node.get("nodes"), list) and len(around) <= MAX_LOOPS:
            yield from _below(node, f"{at}/nodes/{index}", (*around, node["id"]))


def whole(flow: Flow) -> tuple[Graph, dict[str, tuple[str, ...]]]:
    """The graph of a checked flow with all that is inside its loops, and the loops around each node."""
    graph: Graph = nx.MultiDiGraph()
    around = {}
    for _, node, loops in every_node(flow):
        graph.add_node(node["id"], node=node)
        around[node["id"]] = loops
    edges = (edge for _, body, _ in bodies(flow) for _, edge in _edges(body))
    for key, edge in enumerate(edges):
        graph.add_edge(edge["source"], edge["target"], key=key, port=edge["port"])
    return graph, around


def graph_of(flow: Flow) -> Graph:
    """The graph of a flow, or of what is inside a loop, without broken parts.

    A node by id with its `index` and document; an edge by its index, with its `port`.
    """
    graph: Graph = nx.MultiDiGraph()
    for index, node in nodes_of(flow):
        if node["id"] not in graph:
            graph.add_node(node["id"], index=index, node=node)
    for index, edge in _edges(flow):
        if edge.get("source") in graph and edge.get("target") in graph:
            graph.add_edge(edge["source"], edge["target"], key=index, port=edge.get("port"))
    return graph


def nodes_of(flow: Flow) -> Iterator[tuple[int, Node]]:
    """The nodes that have an id, each with its index in the document."""
    parts = flow.get("nodes")
    for index, node in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(node, dict) and isinstance(node.get("id"), str):
            yield index, node


def _edges(flow: Flow) -> Iterator[tuple[int, Mapping[str, Any]]]:
    parts = flow.get("edges")
    for index, edge in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(edge, dict) and isinstance(edge.get("source"), str) and isinstance(edge.get("target"), str):
            yield index, edge


def is_trigger(node: Node) -> bool:
    """Whether a node starts runs."""
    return str(node.get("type", "")).startswith("trigger.")


def trigger_of(flow: Flow) -> Node | None:
    """The node that starts the flow; None where none does."""
    return next((node for _, node in nodes_of(flow) if is_trigger(node)), None)


def next_nodes(flow: Flow, node_id: str, port: str) -> list[str]:
    """The ids of the nodes that a port leads to, in the order of the edges."""
    graph = graph_of(flow)
    if node_id not in graph:
        return []
    ways = sorted(graph.out_edges(node_id, keys=True), key=lambda way: way[2])
    return [target for source, target, index in ways if graph.edges[source, target, index]["port"] == port]


def order(flow: Flow) -> list[str]:
    """The ids so that every node stands behind those that lead to it; as written where that is free.

    Raises networkx.NetworkXUnfeasible for a cycle.
    """
    graph = graph_of(flow)
    return list(nx.lexicographical_topological_sort(graph, key=lambda id: graph.nodes[id]["index"]))


class Upstream:
    """Which steps each node of a flow may read; what is asked of the graph of a loop is asked once for all in it."""

    def __init__(self, flow: Flow) -> None:
        self._around = {node["id"]: around for _, node, around in every_node(flow)}
        self._bodies = {around: body for _, body, around in bodies(flow)}
        self._ways: dict[tuple[str, ...], tuple[Graph, Mapping[str, str | None]]] = {}

    def of(self, node_id: str) -> tuple[frozenset[str], frozenset[str]]:
        """Those performed before the node on every way from the trigger, and those on some way.

        Inside a loop that is also what the loop itself may read, and the loop, which gives its item.
        """
        loops = self.loops(node_id)
        always, sometimes = frozenset(loops), frozenset[str]()
        for depth, id in enumerate((*loops, node_id)):
            sure, maybe = self._inside(loops[:depth], id)
            always, sometimes = always | sure, sometimes | maybe
        return always, sometimes

    def loops(self, node_id: str) -> tuple[str, ...]:
        """The loops that a node stands in, the outermost first."""
        return self._around.get(node_id, ())

    def _inside(self, place: tuple[str, ...], node_id: str) -> tuple[frozenset[str], frozenset[str]]:
        graph, above = self._way(place)
        if node_id not in graph:
            return frozenset(), frozenset()
        before = frozenset(nx.ancestors(graph, node_id))
        always: set[str] = set()
        step = above.get(node_id)
        while step not in (None, _BEGIN):
            always.add(str(step))
            step = above.get(str(step))
        return frozenset(always), before - always

    def _way(self, place: tuple[str, ...]) -> tuple[Graph, Mapping[str, str | None]]:
        """The graph of a loop or the flow, and by each node that is reached the last one on every way to it."""
        if place not in self._ways:
            graph = graph_of(self._bodies[place])
            ways: nx.DiGraph[str] = nx.DiGraph(graph)
            ways.add_edges_from((_BEGIN, id) for id in _beginnings(graph))
            self._ways[place] = graph, dict(nx.immediate_dominators(ways, _BEGIN)) if _BEGIN in ways else {}
        return self._ways[place]


_BEGIN = ""
"""Stands before all nodes with which a flow or a loop begins."""


def _beginnings(graph: Graph) -> list[str]:
    """The trigger of a flow; the nodes of a loop to which nothing leads."""
    triggers = [id for id, node in graph.nodes(data="node") if is_trigger(node)]
    return triggers[:1] or [id for id in graph if graph.in_degree(id) == 0]


def problems(flow: Flow, ports_of: PortsOf) -> list[Problem]:
    """Why a flow cannot run, each at its node or edge, loops included, in their order; empty if it can."""
    found = [*_trigger_problems(flow), *_id_problems(flow), *_unreachable(flow, graph_of(flow))]
    for at, body, around in bodies(flow):
        inside = [*_body_problems(body, ports_of), *(_loop_problems(body, around) if around else ())]
        found += [Problem(at + problem.pointer, problem.keyword, problem.message) for problem in inside]
    return sorted(found, key=_place)


def _body_problems(body: Flow, ports_of: PortsOf) -> list[Problem]:
    graph = graph_of(body)
    rings = list(_cycle_problems(graph))
    return [*_edge_problems(body, graph, ports_of), *(rings or _too_long(graph))]


def _loop_problems(loop: Flow, around: tuple[str, ...]) -> Iterator[Problem]:
    if len(around) > MAX_LOOPS:
        yield Problem("", "depth", message("Loops stand in each other %(limit)s deep at most.", limit=MAX_LOOPS))
    if not any(True for _ in nodes_of(loop)):
        yield Problem("", "minItems", message("Nothing is done inside this loop yet."))
    for index, node in nodes_of(loop):
        if is_trigger(node):
            yield Problem(f"/nodes/{index}", "trigger", message("A trigger cannot stand inside a loop."))


def _place(problem: Problem) -> list[tuple[str, int]]:
    parts = problem.pointer.split("/")[1:]
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=False)
    return [("" if kind == "nodes" else kind, int(number) if number.isdigit() else -1) for kind, number in pairs]


def _trigger_problems(flow: Flow) -> Iterator[Problem]:
    count = sum(1 for _ in every_node(flow))
    if count > MAX_NODES:
        yield Problem("/nodes", "maxItems", message("A flow has at most %(limit)s steps.", limit=MAX_NODES))
    triggers = [index for index, node in nodes_of(flow) if is_trigger(node)]
    if not triggers:
        yield Problem("/nodes", "trigger", message("Nothing starts this flow: add a trigger."))
    for index in triggers[1:]:
        yield Problem(f"/nodes/{index}", "trigger", message("A flow has one trigger only."))


def _id_problems(flow: Flow) -> Iterator[Problem]:
    nodes = [(at, node) for at, node, _ in every_node(flow)]
    edges = [(f"{at}/edges/{index}", edge) for at, body, _ in bodies(flow) for index, edge in _edges(body)]
    for parts in (nodes, edges):
        seen: set[object] = set()
        for at, part in parts:
            id = part.get("id")
            if isinstance(id, str) and id in seen:
                yield Problem(f"{at}/id", "unique", message("“%(name)s” is there twice.", name=id))
            seen.add(str(id))


def _edge_problems(flow: Flow, graph: Graph, ports_of: PortsOf) -> Iterator[Problem]:
    for index, edge in _edges(flow):
        for end in ("source", "target"):
            if edge[end] not in graph:
                why = message("This connection leads to no step: “%(name)s”.", name=edge[end])
                yield Problem(f"/edges/{index}/{end}", "node", why)
        if edge["target"] in graph and is_trigger(graph.nodes[edge["target"]]["node"]):
            yield Problem(f"/edges/{index}/target", "trigger", message("Nothing can lead to a trigger."))
        if edge["source"] in graph and not _has_port(graph.nodes[edge["source"]]["node"], edge.get("port"), ports_of):
            why = message("This step has no way out called “%(port)s”.", port=str(edge.get("port")))
            yield Problem(f"/edges/{index}/port", "port", why)


def _has_port(node: Node, port: object, ports_of: PortsOf) -> bool:
    return port in ports_of(node) or (port == ERROR_PORT and not is_trigger(node))


def _cycle_problems(graph: Graph) -> Iterator[Problem]:
    for ring in nx.strongly_connected_components(graph):
        first = min(ring, key=lambda id: graph.nodes[id]["index"])
        if len(ring) > 1 or graph.has_edge(first, first):
            names = ", ".join(sorted(ring, key=lambda id: graph.nodes[id]["index"]))
            why = message("These steps lead back to themselves: %(nodes)s.", nodes=names)
            yield Problem(f"/nodes/{graph.nodes[first]['index']}", "cycle", why)


def _unreachable(flow: Flow, graph: Graph) -> Iterator[Problem]:
    trigger = trigger_of(flow)
    if trigger is None:
        return
    reached = {trigger["id"], *nx.descendants(graph, trigger["id"])}
    for id, index in graph.nodes(data="index"):
        if id not in reached:
            yield Problem(f"/nodes/{index}", "unreachable", message("No way leads from the trigger to this step."))


def _too_long(graph: Graph) -> Iterator[Problem]:
    path = nx.dag_longest_path(graph)
    if len(path) > MAX_PATH:
        last = graph.nodes[path[MAX_PATH]]["index"]
        why = message("More than %(limit)s steps stand one behind the other.", limit=MAX_PATH)
        yield Problem(f"/nodes/{last}", "depth", why)


def warnings(flow: Flow, ports_of: PortsOf) -> list[Problem]:
    """What is probably not meant: ways out that lead nowhere, at the node."""
    return [
        Problem(f"{at}/nodes/{part['index']}", "dangling", message("Nothing is connected behind this step."))
        for at, body, _ in bodies(flow)
        for graph in (graph_of(body),)
        for id, part in graph.nodes(data=True)
        if graph.out_degree(id) == 0 and (is_trigger(part["node"]) or _forks(part["node"], ports_of))
    ]


def _forks(node: Node, ports_of: PortsOf) -> bool:
    return len({*ports_of(node)} - {ERROR_PORT}) > 1
