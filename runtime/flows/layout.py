"""Where a flow's nodes stand when nobody has placed them: in layers, from left to right, a loop around its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from runtime.flows.graph import Graph, graph_of

LEFT, TOP = 80, 120
WIDTH, HEIGHT = 196, 84
"""A node as it is drawn, in pixels."""
BETWEEN, BELOW = 104, 46
"""What is left free right of a node, and below it."""
PAD, HEAD = 28, 52
"""What a loop leaves free around its nodes, and above them for its title."""
SWEEPS = 4
"""So often the layers are put in order anew by what stands beside them."""

Places = dict[str, list[int]]


def auto_layout(flow: Mapping[str, Any]) -> Places:
    """A place for every node, those inside loops too: lines go from left to right and cross as little as is easy."""
    places: Places = {}
    _lay(flow, LEFT, TOP, places)
    return places


@dataclass(frozen=True)
class Size:
    """How much room something takes."""

    width: int
    height: int


def _lay(body: Mapping[str, Any], left: int, top: int, places: Places) -> Size:
    """Place the nodes of a flow or a loop from this corner on; how much room they take."""
    graph = graph_of(body)
    sizes = {id: _size_of(graph.nodes[id]["node"]) for id in graph}
    layers = _in_order(graph, _layers(graph))
    tops = _tops(graph, layers, sizes)
    x = left
    for layer in layers:
        for id in layer:
            places[id] = [x, top + tops[id]]
            if inner := _inside(graph.nodes[id]["node"]):
                _lay(inner, x + PAD, top + tops[id] + HEAD, places)
        x += max(sizes[id].width for id in layer) + BETWEEN
    return Size(x - left - BETWEEN, max((tops[id] + sizes[id].height for id in graph), default=0))


def _size_of(node: Mapping[str, Any]) -> Size:
    inner = _inside(node)
    if inner is None:
        return Size(WIDTH, HEIGHT)
    size = _lay(inner, 0, 0, {})
    return Size(max(size.width, WIDTH) + 2 * PAD, max(size.height, HEIGHT) + HEAD + PAD)


def _inside(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return node if isinstance(node.get("nodes"), list) else None


def _layers(graph: Graph) -> list[list[str]]:
    """A layer for each step away from the beginning. The nodes of a ring share one: it must be seen to be mended."""
    whole = nx.condensation(nx.DiGraph(graph))
    members = whole.nodes(data="members")
    layers = [[id for ring in column for id in members[ring]] for column in nx.topological_generations(whole)]
    return [sorted(layer, key=lambda id: int(graph.nodes[id]["index"])) for layer in layers]


def _in_order(graph: Graph, layers: list[list[str]]) -> list[list[str]]:
    """The layers, each sorted by the middle of what leads to it, then of what it leads to, and again."""
    for sweep in range(SWEEPS):
        rank = {id: place for layer in layers for place, id in enumerate(layer)}
        beside = _sources if sweep % 2 == 0 else _targets
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            weight = {id: _middle(beside(graph, id, rank), rank[id]) for id in layer}
            layer.sort(key=lambda id: weight[id])
            rank |= {id: place for place, id in enumerate(layer)}
    return layers


def _sources(graph: Graph, id: str, rank: Mapping[str, float]) -> list[float]:
    """Where what leads to a node stands; of one node the upper ports come first."""
    ways = graph.in_edges(id, keys=True)
    return [rank[source] + _port(graph, source, key) for source, _, key in ways if source != id]


def _targets(graph: Graph, id: str, rank: Mapping[str, float]) -> list[float]:
    return [rank[target] for target in graph.successors(id) if target != id]


def _port(graph: Graph, source: str, key: int) -> float:
    """A small number for the place of a line among those of its node, in the order of the document."""
    keys = sorted(edge for _, _, edge in graph.out_edges(source, keys=True))
    return keys.index(key) / (len(keys) + 1)


def _middle(found: Sequence[float], otherwise: float) -> float:
    return sum(found) / len(found) if found else otherwise


def _tops(graph: Graph, layers: Iterable[Sequence[str]], sizes: Mapping[str, Size]) -> dict[str, int]:
    """The upper edge of each node: level with the middle of what leads to it, and nothing over another."""
    middles: dict[str, float] = {}
    for layer in layers:
        wanted = [_middle([middles[one] for one in graph.predecessors(id) if one in middles], 0.0) for id in layer]
        heights = [sizes[id].height for id in layer]
        for id, middle in zip(layer, _apart(wanted, heights), strict=True):
            middles[id] = middle
    upper = min((middles[id] - sizes[id].height / 2 for id in middles), default=0.0)
    return {id: round(middles[id] - sizes[id].height / 2 - upper) for id in middles}


def _apart(wanted: Sequence[float], heights: Sequence[int]) -> list[float]:
    """Middles as near to the wanted ones as can be without touching: pushed down one by one, then all back up."""
    found: list[float] = []
    for place, middle in enumerate(wanted):
        least = found[-1] + (heights[place - 1] + heights[place]) / 2 + BELOW if found else middle
        found.append(max(middle, least))
    back = sum(one - other for one, other in zip(found, wanted, strict=True)) / len(found) if found else 0
    return [middle - back for middle in found]
