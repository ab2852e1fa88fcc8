"""A run drawn on its flow: the nodes where the designer put them, what was taken in colour. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.flows.engine import Flow, Run
from runtime.flows.layout import auto_layout

WIDTH, HEIGHT, MARGIN = 196, 64, 24
"""A node as the designer draws it, and what is left around all of them."""


@dataclass(frozen=True)
class Box:
    """A node: where, and what became of it ("" when the run has not been there)."""

    id: str
    x: int
    y: int
    state: str


@dataclass(frozen=True)
class Line:
    """An edge as an SVG path; `taken` when the run went along it."""

    path: str
    taken: bool


@dataclass(frozen=True)
class RunMap:
    """All of it, with the size of the picture."""

    width: int
    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]


def draw(flow: Flow, run: Run, steps: Iterable[tuple[str, str, str | None]], trigger: str) -> RunMap:
    """The picture of a run whose steps were these: node, state and port, in their order."""
    walked = [(trigger, "done", "out"), *steps]
    states = {id: state for id, state, _ in walked} | {id: "waiting" for id in run.marks if id not in _been(walked)}
    ports = {id: "error" if state == "failed" else port for id, state, port in walked}
    places = _places(flow)
    boxes = [Box(id, *places[id], states.get(id, "")) for id in flow.nodes]
    lines = [
        Line(_path(places[edge["source"]], places[edge["target"]]), ports.get(edge["source"]) == edge["port"])
        for edge in flow.part["edges"]
        if edge["source"] in places and edge["target"] in places
    ]
    width, height = (max(place[axis] for place in places.values()) for axis in (0, 1))
    return RunMap(width + WIDTH + MARGIN, height + HEIGHT + MARGIN, boxes, lines)


def _been(walked: Iterable[tuple[str, str, str | None]]) -> set[str]:
    return {id for id, _, _ in walked}


def _places(flow: Flow) -> dict[str, tuple[int, int]]:
    """Where each node stands, moved so that the first is at the margin; those never placed are placed by rule."""
    written: Mapping[str, Any] = flow.part.get("layout") or {}
    by_rule = auto_layout(flow.part)
    found = {id: written.get(id) or by_rule.get(id) or [0, 0] for id in flow.nodes}
    left, top = (min((place[axis] for place in found.values()), default=0) for axis in (0, 1))
    return {id: (int(x - left) + MARGIN, int(y - top) + MARGIN) for id, (x, y) in found.items()}


def _path(source: tuple[int, int], target: tuple[int, int]) -> str:
    x1, y1 = source[0] + WIDTH, source[1] + HEIGHT // 2
    x2, y2 = target[0], target[1] + HEIGHT // 2
    bend = max(abs(x2 - x1) // 2, 24)
    return f"M {x1} {y1} C {x1 + bend} {y1}, {x2 - bend} {y2}, {x2} {y2}"
