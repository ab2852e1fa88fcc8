"""Where a flow's nodes stand when nobody has placed them."""

from collections.abc import Mapping
from typing import Any

import networkx as nx

from runtime.flows.graph import Graph, graph_of

LEFT, TOP, COLUMN, ROW = 80, 120, 240, 120
"""In pixels: the first node, and the distance between nodes."""


def auto_layout(flow: Mapping[str, Any]) -> dict[str, list[int]]:
    """A place for every node: a column for each step away from the trigger, neighbours at the same height."""
    graph = graph_of(flow)
    rows: dict[str, float] = {}
    for column in _columns(graph):
        wanted = {id: _height(graph, id, rows) for id in column}
        for row, id in enumerate(sorted(column, key=lambda id: (wanted[id], graph.nodes[id]["index"]))):
            rows[id] = max(row, wanted[id]) if len(column) == 1 else row
    columns = {id: x for x, column in enumerate(_columns(graph)) for id in column}
    return {id: [LEFT + columns[id] * COLUMN, round(TOP + rows[id] * ROW)] for id in graph}


def _columns(graph: Graph) -> list[list[str]]:
    # A cycle is a problem that must be shown, so it must be drawn: its nodes share a column.
    whole = nx.condensation(nx.DiGraph(graph))
    members = whole.nodes(data="members")
    return [[id for ring in column for id in members[ring]] for column in nx.topological_generations(whole)]


def _height(graph: Graph, id: str, rows: Mapping[str, float]) -> float:
    before = [rows[source] for source in graph.predecessors(id) if source in rows]
    return sum(before) / len(before) if before else 0.0
