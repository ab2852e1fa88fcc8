"""Questions about a flow's graph, all asked of networkx."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import networkx as nx

from runtime.contracts import Problem
from runtime.i18n import message

MAX_NODES = 200
MAX_PATH = 100
ERROR_PORT = "error"
"""Every node has it: the run goes on there when the node fails, and is an incident where nothing is connected."""

Flow = Mapping[str, Any]
Node = Mapping[str, Any]
PortsOf = Callable[[Node], Sequence[str]]
Graph: TypeAlias = "nx.MultiDiGraph[str]"


def graph_of(flow: Flow) -> Graph:
    """The graph: a node by id with its `index` and document, an edge by its index and `port`; no broken parts."""
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


def upstream(flow: Flow, node_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """Which steps a node may read: those performed before it on every way from the trigger, and those on some way."""
    graph, trigger = graph_of(flow), trigger_of(flow)
    if trigger is None or node_id not in graph:
        return frozenset(), frozenset()
    before = frozenset(nx.ancestors(graph, node_id))
    if node_id not in nx.descendants(graph, trigger["id"]):
        return frozenset(), before
    above = dict(nx.immediate_dominators(graph, trigger["id"]))
    always: set[str] = set()
    step: str | None = node_id
    while step is not None and step != trigger["id"]:
        step = above.get(step)
        always |= {step} if step is not None else set()
    return frozenset(always), before - always


def problems(flow: Flow, ports_of: PortsOf) -> list[Problem]:
    """Why a flow cannot run, each at `/nodes/N` or `/edges/N`, in that order; empty if it can."""
    graph = graph_of(flow)
    found = [*_trigger_problems(flow), *_id_problems(flow), *_edge_problems(flow, graph, ports_of)]
    rings = list(_cycle_problems(graph))
    found += rings or _too_long(graph)
    found += _unreachable(flow, graph)
    return sorted(found, key=_place)


def _place(problem: Problem) -> tuple[str, int]:
    kind, _, index = problem.pointer.removeprefix("/").partition("/")
    number = index.partition("/")[0]
    return "" if kind == "nodes" else kind, int(number) if number.isdigit() else -1


def _trigger_problems(flow: Flow) -> Iterator[Problem]:
    count = sum(1 for _ in nodes_of(flow))
    if count > MAX_NODES:
        yield Problem("/nodes", "maxItems", message("A flow has at most %(limit)s nodes.", limit=MAX_NODES))
    triggers = [index for index, node in nodes_of(flow) if is_trigger(node)]
    if not triggers:
        yield Problem("/nodes", "trigger", message("Nothing starts this flow: add a trigger."))
    for index in triggers[1:]:
        yield Problem(f"/nodes/{index}", "trigger", message("A flow has one trigger only."))


def _id_problems(flow: Flow) -> Iterator[Problem]:
    for kind, parts in (("nodes", nodes_of(flow)), ("edges", _edges(flow))):
        seen: set[object] = set()
        for index, part in parts:
            id = part.get("id")
            if isinstance(id, str) and id in seen:
                yield Problem(f"/{kind}/{index}/id", "unique", message("“%(name)s” is there twice.", name=id))
            seen.add(str(id))


def _edge_problems(flow: Flow, graph: Graph, ports_of: PortsOf) -> Iterator[Problem]:
    for index, edge in _edges(flow):
        for end in ("source", "target"):
            if edge[end] not in graph:
                why = message("This connection leads to no node: “%(name)s”.", name=edge[end])
                yield Problem(f"/edges/{index}/{end}", "node", why)
        if edge["target"] in graph and is_trigger(graph.nodes[edge["target"]]["node"]):
            yield Problem(f"/edges/{index}/target", "trigger", message("Nothing can lead to a trigger."))
        if edge["source"] in graph and not _has_port(graph.nodes[edge["source"]]["node"], edge.get("port"), ports_of):
            why = message("This node has no way out called “%(port)s”.", port=str(edge.get("port")))
            yield Problem(f"/edges/{index}/port", "port", why)


def _has_port(node: Node, port: object, ports_of: PortsOf) -> bool:
    return port in ports_of(node) or (port == ERROR_PORT and not is_trigger(node))


def _cycle_problems(graph: Graph) -> Iterator[Problem]:
    for ring in nx.strongly_connected_components(graph):
        first = min(ring, key=lambda id: graph.nodes[id]["index"])
        if len(ring) > 1 or graph.has_edge(first, first):
            names = ", ".join(sorted(ring, key=lambda id: graph.nodes[id]["index"]))
            why = message("These nodes lead back to themselves: %(nodes)s.", nodes=names)
            yield Problem(f"/nodes/{graph.nodes[first]['index']}", "cycle", why)


def _unreachable(flow: Flow, graph: Graph) -> Iterator[Problem]:
    trigger = trigger_of(flow)
    if trigger is None:
        return
    reached = {trigger["id"], *nx.descendants(graph, trigger["id"])}
    for id, index in graph.nodes(data="index"):
        if id not in reached:
            yield Problem(f"/nodes/{index}", "unreachable", message("No way leads from the trigger to this node."))


def _too_long(graph: Graph) -> Iterator[Problem]:
    path = nx.dag_longest_path(graph)
    if len(path) > MAX_PATH:
        last = graph.nodes[path[MAX_PATH]]["index"]
        why = message("More than %(limit)s nodes stand one behind the other.", limit=MAX_PATH)
        yield Problem(f"/nodes/{last}", "depth", why)


def warnings(flow: Flow, ports_of: PortsOf) -> list[Problem]:
    """What is probably not meant: ways out that lead nowhere, at `/nodes/N`."""
    graph = graph_of(flow)
    return [
        Problem(f"/nodes/{part['index']}", "dangling", message("Nothing is connected behind this node."))
        for id, part in graph.nodes(data=True)
        if graph.out_degree(id) == 0 and (is_trigger(part["node"]) or len({*ports_of(part["node"])} - {ERROR_PORT}) > 1)
    ]
