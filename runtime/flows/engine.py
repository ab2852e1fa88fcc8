"""How a run goes through a flow: pure, from one state to the next.

A run is a set of marks on nodes. A mark says that the run has arrived there and what it is doing: see `MARKS`. A node
runs once in a run: where several edges meet, it runs when nothing before it is under way any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import networkx as nx

from runtime.contracts import Done, Json, Stop, Wait
from runtime.i18n import Message

MARKS = {
    "ready": "to be taken up as soon as nothing before it is under way",
    "calling": "a call outside was begun; what came of it is not known yet",
    "waiting": "performed, sleeping until a moment or until somebody decides; then the run goes on behind it",
    "retrying": "failed for a passing reason, performed again at a moment",
    "failed": "given up; an incident is open until somebody retries or skips it",
}
RUN_STATES = {
    "queued": "stands behind an older run with the same concurrency key",
    "ready": "there is a step to take now",
    "waiting": "sleeps: every branch waits for a moment, a decision or a retry",
    "failed": "cannot go on: an incident is open",
    "done": "every branch has come to its end",
    "cancelled": "stopped by somebody, or replaced by a newer run",
}
UNDER_WAY = ("queued", "ready", "waiting")
OVER = frozenset({"done", "cancelled"})
OUT, ERROR = "out", "error"


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
    """A flow document made ready to run. `before` names, for each node, all nodes from which it can be reached."""

    key: str
    part: Mapping[str, Any]
    settings: Settings
    nodes: Mapping[str, Node]
    targets: Mapping[tuple[str, str], tuple[str, ...]]
    before: Mapping[str, frozenset[str]]

    @property
    def triggers(self) -> tuple[Node, ...]:
        """The nodes that start runs."""
        return tuple(node for node in self.nodes.values() if node.type.startswith("trigger."))


@dataclass(frozen=True)
class Mark:
    """What a run does at one node. `due` is the moment it waits for; `tries` counts performances that failed."""

    state: str = "ready"
    due: datetime | None = None
    tries: int = 0
    output: Json = None


@dataclass(frozen=True)
class Run:
    """Where a run stands, and what its steps have given."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    outputs: Mapping[str, Json] = field(default_factory=dict)
    cancelled: bool = False


@dataclass(frozen=True)
class Step:
    """What to do next. `resumed`: the node was performed before and its wait is over; `calling`: its call was begun."""

    node: Node
    tries: int
    resumed: bool = False
    calling: bool = False
    output: Json = None


@dataclass(frozen=True)
class Begun:
    """A step's call outside is about to be made."""


@dataclass(frozen=True)
class Failed:
    """A step did not work: why, and when to try again by itself (None: never)."""

    error: Message
    retry_at: datetime | None = None


def compile_flow(document: Mapping[str, Any]) -> Flow:
    """The flow of a checked flow/1 document."""
    nodes = {part["id"]: Node(part["id"], part["type"], part.get("config") or {}, part) for part in document["nodes"]}
    targets: dict[tuple[str, str], tuple[str, ...]] = {}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    for edge in document["edges"]:
        place = (edge["source"], edge["port"])
        targets[place] = (*targets.get(place, ()), edge["target"])
        graph.add_edge(edge["source"], edge["target"])
    before = {id: frozenset(nx.ancestors(graph, id)) for id in nodes}
    return Flow(document["key"], document, _settings(document.get("settings") or {}), nodes, targets, before)


def _settings(written: Mapping[str, Any]) -> Settings:
    together = written.get("concurrency") or {}
    return Settings(
        run_as=written.get("run_as", "system"),
        concurrency_key=together.get("key"),
        concurrency_mode=together.get("mode", "queue") if together.get("key") else "parallel",
        max_depth=int(written.get("max_depth", 5)),
        on_error=written.get("on_error", "incident"),
    )


def new_run(flow: Flow, trigger: str, output: Json = None) -> Run:
    """A run that was started by a trigger node, standing at what follows it."""
    return _arrive(flow, Run(outputs={trigger: output}), trigger, OUT)


def next_step(flow: Flow, run: Run, now: datetime) -> Step | None:
    """The step to take now, or None. Branches are taken in the order in which the flow lists its nodes."""
    if run.cancelled:
        return None
    for id, node in flow.nodes.items():
        mark = run.marks.get(id)
        if mark is None or mark.state == "failed" or not _due(mark, now):
            continue
        if mark.state == "waiting":
            return Step(node, mark.tries, resumed=True, output=mark.output)
        if mark.state == "calling":
            return Step(node, mark.tries, calling=True)
        if not flow.before[id] & run.marks.keys():
            return Step(node, mark.tries)
    return None


def _due(mark: Mark, now: datetime) -> bool:
    if mark.state in ("ready", "calling"):
        return True
    return mark.due is not None and mark.due <= now


def record(flow: Flow, run: Run, step: Step, outcome: Done | Wait | Failed | Begun | Stop) -> Run:
    """The run after a step had this outcome."""
    id = step.node.id
    if isinstance(outcome, Wait):
        return _with(run, id, Mark("waiting", outcome.until, step.tries, outcome.output))
    if isinstance(outcome, Begun):
        return _with(run, id, Mark("calling", tries=step.tries))
    if isinstance(outcome, Failed):
        return _failed(flow, run, step, outcome)
    if isinstance(outcome, Stop):
        left = {id: Mark("failed", tries=step.tries + 1)} if outcome.failed else {}
        return replace(run, marks=left, outputs={**run.outputs, id: {"text": outcome.text}})
    passed = replace(run, outputs={**run.outputs, id: outcome.output}, marks=_without(run.marks, [id]))
    return _arrive(flow, passed, id, outcome.port)


def _failed(flow: Flow, run: Run, step: Step, outcome: Failed) -> Run:
    id, tries = step.node.id, step.tries + 1
    if outcome.retry_at is not None:
        return _with(run, id, Mark("retrying", outcome.retry_at, tries))
    caught = Done({"error": str(outcome.error)}, ERROR)
    if (id, ERROR) in flow.targets:
        return record(flow, run, step, caught)
    if flow.settings.on_error == "continue":
        return record(flow, run, step, replace(caught, port=OUT))
    left = {} if flow.settings.on_error == "stop" else run.marks
    return replace(run, marks={**left, id: Mark("failed", tries=tries)})


def decide(flow: Flow, run: Run, node: str, outcome: Done) -> Run:
    """The run after somebody has decided what `node` waits for, or has had it skipped."""
    mark = run.marks[node]
    return record(flow, run, Step(flow.nodes[node], mark.tries), outcome)


def retry(run: Run, node: str) -> Run:
    """The run with a failed node made ready again."""
    return _with(run, node, Mark("ready", tries=0))


def cancel(run: Run) -> Run:
    """The run stopped where it stands."""
    return replace(run, marks={}, cancelled=True)


def state_of(flow: Flow, run: Run, now: datetime) -> str:
    """One of `RUN_STATES`, of a run that is not queued."""
    if run.cancelled:
        return "cancelled"
    if not run.marks:
        return "done"
    if next_step(flow, run, now):
        return "ready"
    sleeping = any(mark.state in ("waiting", "retrying") for mark in run.marks.values())
    return "waiting" if sleeping else "failed"


def next_due(run: Run) -> datetime | None:
    """The next moment at which a sleeping branch goes on by itself; None when none does."""
    return min((mark.due for mark in run.marks.values() if mark.due is not None), default=None)


def missing_nodes(flow: Flow, run: Run) -> frozenset[str]:
    """Where the run stands but another version of its flow has no node."""
    return frozenset(run.marks.keys() - flow.nodes.keys())


def _arrive(flow: Flow, run: Run, source: str, port: str) -> Run:
    arrived = {target: Mark() for target in flow.targets.get((source, port), ())}
    return replace(run, marks={**arrived, **run.marks})


def _with(run: Run, id: str, mark: Mark) -> Run:
    return replace(run, marks={**run.marks, id: mark})


def _without(marks: Mapping[str, Mark], gone: Iterable[str]) -> dict[str, Mark]:
    return {id: mark for id, mark in marks.items() if id not in gone}


def to_json(run: Run) -> dict[str, Any]:
    """The run's state as JSON."""
    return {"marks": {id: _mark_json(mark) for id, mark in run.marks.items()}, "outputs": dict(run.outputs)} | (
        {"cancelled": True} if run.cancelled else {}
    )


def _mark_json(mark: Mark) -> dict[str, Any]:
    due = mark.due.isoformat() if mark.due else None
    return {"state": mark.state, "due": due, "tries": mark.tries, "output": mark.output}


def from_json(state: Mapping[str, Any]) -> Run:
    """The run of a state that `to_json` wrote."""
    marks = {
        id: Mark(
            mark["state"], datetime.fromisoformat(mark["due"]) if mark["due"] else None, mark["tries"], mark["output"]
        )
        for id, mark in state["marks"].items()
    }
    return Run(marks, state["outputs"], bool(state.get("cancelled")))
