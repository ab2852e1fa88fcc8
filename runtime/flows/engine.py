"""How a run goes through a flow: pure, from one state to the next.

A run is a set of marks on nodes. A mark says that the run has arrived there and what it is doing: see `MARKS`. A node
runs once in a run: where several edges meet, it runs when nothing before it is under way any more. A join runs as soon
as enough of its edges were come by. The nodes inside a loop run once for each item, one item after the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import networkx as nx

from runtime.contracts import Done, Each, Json, Stop, TooMuch, Wait
from runtime.flows import items
from runtime.flows.compiled import Flow, Node
from runtime.i18n import Message, message

MARKS = {
    "ready": "to be taken up as soon as nothing before it is under way",
    "looping": "goes through its items; the nodes inside stand at one of them",
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
MOST_TURNS = 10_000
"""Items that all loops of one run may have together."""


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
    turns: int = 0
    """Items of all its loops so far."""


@dataclass(frozen=True)
class Step:
    """What to do next. `resumed`: the node was performed before and its wait is over; `calling`: its call was begun.

    `given` is what the engine adds to the node's config.
    """

    node: Node
    tries: int
    resumed: bool = False
    calling: bool = False
    output: Json = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """A step's call outside is about to be made."""


@dataclass(frozen=True)
class Failed:
    """A step did not work: why, and when to try again by itself (None: never)."""

    error: Message
    retry_at: datetime | None = None


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
        if id in flow.needed:
            if mark.output >= flow.needed[id] or not _under_way_before(flow, run, id):
                return Step(node, mark.tries, given={"arrived": mark.output, "needed": flow.needed[id]})
        elif not _under_way_before(flow, run, id):
            return Step(node, mark.tries)
    return None


def _under_way_before(flow: Flow, run: Run, id: str) -> bool:
    """Whether the run may still come by an edge to a node; not what leads there only by a join that has run."""
    standing = flow.before[id] & run.marks.keys()
    passed = flow.needed.keys() & run.outputs.keys() & flow.before[id] if standing else ()
    if not passed:
        return bool(standing)
    rest = nx.restricted_view(flow.graph, passed, [])
    return not standing.isdisjoint(nx.ancestors(rest, id))


def _due(mark: Mark, now: datetime) -> bool:
    if mark.state in ("ready", "calling"):
        return True
    return mark.due is not None and mark.due <= now


def record(flow: Flow, run: Run, step: Step, outcome: Done | Wait | Failed | Begun | Each | Stop) -> Run:
    """The run after a step had this outcome; raises TooMuch for more items than a run may go through."""
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
    if isinstance(outcome, Each):
        return _begin_loop(flow, run, id, outcome)
    passed = replace(run, outputs={**run.outputs, id: outcome.output}, marks=_without(run.marks, [id]))
    if id in flow.needed and step.node.config.get("rest") == "cancel" and outcome.port == OUT:
        passed = replace(passed, marks=_without(passed.marks, flow.before[id]))
    return _turn(flow, _arrive(flow, passed, id, outcome.port), id)


def _begin_loop(flow: Flow, run: Run, id: str, each: Each) -> Run:
    turns = run.turns + len(each.items)
    if turns > MOST_TURNS:
        raise TooMuch(message("The loops of this run have more than %(most)s items.", most=MOST_TURNS))
    begun = replace(_with(run, id, Mark("looping", output=items.begin(each.items))), turns=turns)
    return _enter(flow, begun, id)


def _enter(flow: Flow, run: Run, loop: str) -> Run:
    """The run at the first nodes inside a loop, for the item at hand; at what follows the loop when there is none."""
    state = run.marks[loop].output
    if items.is_over(state):
        return record(flow, run, Step(flow.nodes[loop], 0), Done(items.result(state)))
    inside = [id for id in run.outputs if loop in flow.around[id]]
    outputs = {id: output for id, output in run.outputs.items() if id not in inside}
    entered = {id: Mark() for id in flow.entries[loop]}
    return replace(run, outputs=outputs, marks={**run.marks, **entered})


def _turn(flow: Flow, run: Run, last: str) -> Run:
    """The run at the next item, when `last` was the last step inside its loop for this one."""
    loop = flow.around[last][-1] if flow.around[last] else None
    if loop is None or loop not in run.marks or any(loop in flow.around[id] for id in run.marks):
        return run
    gave = run.outputs.get(last) if flow.nodes[loop].config.get("collect") else None
    state = items.next_item(run.marks[loop].output, gave)
    return _enter(flow, _with(run, loop, Mark("looping", output=state)), loop)


def catcher(flow: Flow, id: str) -> str | None:
    """The loop that takes a failure of a node inside it as the end of one item."""
    if (id, ERROR) in flow.targets:
        return None
    return next((loop for loop in reversed(flow.around[id]) if flow.nodes[loop].config.get("on_error") == "next"), None)


def is_caught(flow: Flow, id: str) -> bool:
    """Whether a run goes on by itself when a node is given up."""
    return (id, ERROR) in flow.targets or catcher(flow, id) is not None or flow.settings.on_error == "continue"


def _failed(flow: Flow, run: Run, step: Step, outcome: Failed) -> Run:
    id, tries = step.node.id, step.tries + 1
    if outcome.retry_at is not None:
        return _with(run, id, Mark("retrying", outcome.retry_at, tries))
    caught = Done({"error": str(outcome.error)}, ERROR)
    if (id, ERROR) in flow.targets:
        return record(flow, run, step, caught)
    if loop := catcher(flow, id):
        state = items.next_item(run.marks[loop].output, None, str(outcome.error))
        marks = {other: mark for other, mark in run.marks.items() if loop not in flow.around[other]}
        return _enter(flow, _with(replace(run, marks=marks), loop, Mark("looping", output=state)), loop)
    if flow.settings.on_error == "continue":
        return record(flow, run, step, replace(caught, port=OUT))
    kept = flow.around[id] if flow.settings.on_error == "stop" else run.marks
    left = {other: run.marks[other] for other in kept}
    return replace(run, marks={**left, id: Mark("failed", tries=tries)})


def decide(flow: Flow, run: Run, node: str, outcome: Done) -> Run:
    """The run after somebody has decided what `node` waits for, or has had it skipped."""
    mark = run.marks[node]
    return record(flow, run, Step(flow.nodes[node], mark.tries), outcome)


def retry(run: Run, node: str) -> Run:
    """The run with a failed node made ready again."""
    return _with(run, node, Mark("ready", output=run.marks[node].output))


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


def dropped(before: Run, after: Run, but: str) -> list[str]:
    """Nodes at which the run has stood, and stands no more without having taken their step."""
    gone = before.marks.keys() - after.marks.keys() - {but}
    return [id for id in gone if id not in after.outputs and before.marks[id].state not in ("ready", "looping")]


def loops_over(flow: Flow, before: Run, after: Run) -> list[str]:
    """The loops that have come to their end between two states."""
    return [id for id in flow.entries if id in before.marks and id not in after.marks and id in after.outputs]


def next_due(run: Run) -> datetime | None:
    """The next moment at which a sleeping branch goes on by itself; None when none does."""
    return min((mark.due for mark in run.marks.values() if mark.due is not None), default=None)


def missing_nodes(flow: Flow, run: Run) -> frozenset[str]:
    """Where the run stands but another version of its flow has no node."""
    return frozenset(run.marks.keys() - flow.nodes.keys())


def _arrive(flow: Flow, run: Run, source: str, port: str) -> Run:
    marks = dict(run.marks)
    for target in flow.targets.get((source, port), ()):
        if target in flow.needed and target not in run.outputs:
            came = marks[target].output if target in marks else 0
            marks[target] = Mark(output=came + 1)
        elif target not in flow.needed:
            marks.setdefault(target, Mark())
    return replace(run, marks=marks)


def _with(run: Run, id: str, mark: Mark) -> Run:
    return replace(run, marks={**run.marks, id: mark})


def _without(marks: Mapping[str, Mark], gone: Iterable[str]) -> dict[str, Mark]:
    return {id: mark for id, mark in marks.items() if id not in gone}


def to_json(run: Run) -> dict[str, Any]:
    """The run's state as JSON."""
    more: dict[str, Any] = {"cancelled": True} if run.cancelled else {}
    more |= {"turns": run.turns} if run.turns else {}
    return {"marks": {id: _mark_json(mark) for id, mark in run.marks.items()}, "outputs": dict(run.outputs), **more}


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
    return Run(marks, state["outputs"], bool(state.get("cancelled")), state.get("turns", 0))


def items_around(flow: Flow, run: Run, node: str) -> dict[str, dict[str, Any]]:
    """The state of every loop that a node stands in, the outermost first; see `items`."""
    return {loop: run.marks[loop].output for loop in flow.around[node] if loop in run.marks}
