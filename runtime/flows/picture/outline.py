"""A flow as a list to read: each step below what leads to it, further in where the way forks or a loop begins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.flows.graph import is_trigger


@dataclass(frozen=True)
class Row:
    """One line: a step, how far in it stands, and by which port of which step it is reached ("" for none).

    `again` says that the step stands further up already: here its way only leads back into it.
    """

    node: str
    depth: int
    source: str = ""
    port: str = ""
    edge: str = ""
    again: bool = False


def outline(flow: Mapping[str, Any]) -> list[Row]:
    """Every step once, from the trigger on; then what no way leads to. A way into a step that is there already is said.

    A single way on stays as far in as it was, several go one further in; so does what stands inside a loop.
    """
    rows: list[Row] = []
    seen: set[str] = set()
    _body(flow, 0, rows, seen)
    return rows


def _body(body: Mapping[str, Any], depth: int, rows: list[Row], seen: set[str]) -> None:
    led = {edge["target"] for edge in body["edges"]}
    nodes = {node["id"]: node for node in body["nodes"]}
    first = [id for id, node in nodes.items() if is_trigger(node)] + [id for id in nodes if id not in led]
    for id in dict.fromkeys([*first, *nodes]):
        if id not in seen:
            _follow(Row(id, depth), body, nodes, rows, seen)


def _follow(start: Row, body: Mapping[str, Any], nodes: Mapping[str, Any], rows: list[Row], seen: set[str]) -> None:
    """The step and all that comes behind it; without recursion, so that a long chain is no trouble."""
    waiting = [start]
    while waiting:
        row = waiting.pop()
        if row.node in seen:
            rows.append(Row(row.node, row.depth, row.source, row.port, row.edge, again=True))
            continue
        seen.add(row.node)
        rows.append(row)
        if isinstance(nodes[row.node].get("nodes"), list):
            _body(nodes[row.node], row.depth + 1, rows, seen)
        waiting += reversed(list(_ways(row, body["edges"], nodes)))


def _ways(row: Row, edges: Sequence[Mapping[str, Any]], nodes: Mapping[str, Any]) -> Iterator[Row]:
    going = [edge for edge in edges if edge["source"] == row.node and edge["target"] in nodes]
    further = row.depth + (1 if len(going) > 1 else 0)
    for edge in going:
        yield Row(edge["target"], further, row.node, edge["port"], edge["id"])
