"""A flow made ready to run: its nodes, the ways between them, and what of it is asked again at each step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from runtime.flows.graph import whole

JOIN = "join"


@dataclass(frozen=True)
class Settings:
    """How a flow's runs behave."""

    run_as: str = "system"
    concurrency_key: str | None = None
    concurrency_mode: str = "parallel"
    max_depth: int = 5
    on_error: str = "incident"


@dataclass(frozen=True)
class Node:
    """One step of a flow as written."""

    id: str
    type: str
    config: Mapping[str, Any]
    part: Mapping[str, Any]


@dataclass(frozen=True)
class Flow:
    """A flow document made ready to run.

    `nodes` are all of them, those inside loops too. `before` names, for each node, all nodes from which it can be
    reached. `around` names the loops that a node stands in, the outermost first; `entries` where a loop begins.
    `needed` says of each join by how many edges it must have been come by.
    """

    key: str
    part: Mapping[str, Any]
    settings: Settings
    nodes: Mapping[str, Node]
    graph: "nx.DiGraph[str]"
    targets: Mapping[tuple[str, str], tuple[str, ...]]
    before: Mapping[str, frozenset[str]]
    around: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, tuple[str, ...]]
    needed: Mapping[str, int]

    @property
    def triggers(self) -> tuple[Node, ...]:
        """The nodes that start runs."""
        return tuple(node for node in self.nodes.values() if node.type.startswith("trigger."))


def compile_flow(document: Mapping[str, Any]) -> Flow:
    """The flow of a checked flow/1 document."""
    graph, around = whole(document)
    nodes = {id: Node(id, part["type"], part.get("config") or {}, part) for id, part in graph.nodes(data="node")}
    targets: dict[tuple[str, str], tuple[str, ...]] = {}
    for source, target, key in sorted(graph.edges(keys=True), key=lambda edge: edge[2]):
        place = (source, graph.edges[source, target, key]["port"])
        targets[place] = (*targets.get(place, ()), target)
    entries = {
        id: tuple(inner for inner in nodes if around[inner][-1:] == (id,) and graph.in_degree(inner) == 0)
        for id, node in nodes.items()
        if "nodes" in node.part
    }
    needed = {id: _needed(node, graph.in_degree(id)) for id, node in nodes.items() if node.type == JOIN}
    before = {id: frozenset(nx.ancestors(graph, id)) for id in nodes}
    settings = _settings(document.get("settings") or {})
    plain: nx.DiGraph[str] = nx.DiGraph(graph)
    return Flow(document["key"], document, settings, nodes, plain, targets, before, around, entries, needed)


def _needed(node: Node, coming: int) -> int:
    match node.config.get("mode"):
        case "any":
            return min(1, coming)
        case "count":
            return min(int(node.config.get("count") or coming), coming)
        case _:
            return coming


def _settings(written: Mapping[str, Any]) -> Settings:
    together = written.get("concurrency") or {}
    return Settings(
        run_as=written.get("run_as", "system"),
        concurrency_key=together.get("key"),
        concurrency_mode=together.get("mode", "queue") if together.get("key") else "parallel",
        max_depth=int(written.get("max_depth", 5)),
        on_error=written.get("on_error", "incident"),
    )
