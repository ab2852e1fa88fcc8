"""A run in hand: its row, its flow, where it stands; and the rows its steps leave."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import InterfaceError, OperationalError

from runtime.actions import registry as actions
from runtime.contracts import Done, Each, Fault, Lost, Refused, Stop, Wait
from runtime.db import current_tenant, db, new_id, utc_now
from runtime.expressions import EvaluationError, ExpressionError
from runtime.flows import engine, items, words
from runtime.flows.binding import Bound, bind
from runtime.flows.compiled import Flow, compile_flow
from runtime.flows.engine import Begun, Failed, Run, Step
from runtime.flows.incidents import service as incidents
from runtime.flows.lookups.service import Shared
from runtime.flows.models import FlowRun, FlowStep
from runtime.flows.sight.service import Scene, Sight
from runtime.flows.world.service import StepWorld
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.releases.published import Published

log = logging.getLogger(__name__)

Outcome = Done | Wait | Failed | Each | Stop
OPEN_STATES = ("started", "waiting", "retrying")
FLOW_STEP = FlowStep.__table__
_NOTHING: dict[str, Any] = {"port": None, "output": None, "error": None, "ended_at": None}


@dataclass
class OpenRun:
    """A run under way."""

    row: FlowRun
    published: Published
    flow: Flow
    run: Run
    known: dict[str, Any] = field(default_factory=dict)
    """What steps have looked up, while they are committed together."""
    shared: Shared = field(default_factory=dict)
    """The same that other runs may use which are committed with this one."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Rows of steps that are still to be written."""
    dropped: list[str] = field(default_factory=list)
    """Nodes that the run has given up waiting for, their rows still to be marked."""
    ended: dict[str, Any] = field(default_factory=dict)
    """What loops gave that have come to their end, their rows still to be written."""

    @classmethod
    def load(cls, id: str) -> "OpenRun | None":
        """The run of that id as it is now; None when it is not there."""
        row = db.session.get(FlowRun, (current_tenant(), id), populate_existing=True)
        return None if row is None else cls.of(row)

    @classmethod
    def of(cls, row: FlowRun) -> "OpenRun":
        """The run of a row, on the release it was started under."""
        published = releases.at(row.app_id, row.release)
        return cls(row, published, published.derived(compile_flow, "flows", row.flow), engine.from_json(row.data))

    def world(self, node: str, now: datetime) -> StepWorld:
        """Where a step of this run acts."""
        row = self.row
        about = {"form": row.form, "record_id": row.record_id, "event_id": row.event_id, "actor_id": row.actor_id}
        given = {"depth": row.depth, "now": now, "outputs": self.run.outputs, "known": self.known}
        given |= {"shared": self.shared, "loops": engine.items_around(self.flow, self.run, node)}
        return StepWorld(Sight(Scene(self.published, self.flow, row.id, **about, **given)), node)

    def went(self, step: Step, outcome: Outcome | Begun) -> None:
        """Let the run go on after a step."""
        before, self.run = self.run, engine.record(self.flow, self.run, step, outcome)
        self.dropped += engine.dropped(before, self.run, step.node.id)
        self.ended |= {id: self.run.outputs[id] for id in engine.loops_over(self.flow, before, self.run)}

    def forget(self, before: Run) -> None:
        """Go back to before a step that did not come through."""
        self.run = before
        self.rows, self.dropped, self.ended = [], [], {}
        self.known.clear()
        self.shared.clear()

    def keep(self, state: str) -> None:
        """Write where the run stands, and the rows of its steps."""
        self.stand(state)
        db.session.flush()
        self.write_rows()

    def stand(self, state: str) -> None:
        """Put where the run stands into its row."""
        now = utc_now()
        row = self.row
        row.state, row.data, row.updated_at = state, engine.to_json(self.run), now
        row.ended_at = now if state in engine.OVER else None

    def write_rows(self) -> None:
        """Write the rows of steps that are still to be written."""
        write_rows([self])


def write_rows(open_runs: Sequence[OpenRun]) -> None:
    """Write the rows of steps of several runs."""
    rows = [row for open_run in open_runs for row in open_run.rows]
    if rows:
        db.session.connection().execute(insert(FLOW_STEP), rows)
    for open_run in open_runs:
        open_run.rows = []
        if open_run.dropped or open_run.ended:
            _close_rows(open_run)


def _close_rows(open_run: OpenRun) -> None:
    """End the rows of loops that are over, and of steps that were given up with a branch or an item."""
    now, run_id = utc_now(), open_run.row.id
    for node, output in open_run.ended.items():
        _close(run_id, node, {"state": "done", "output": output, "port": engine.OUT, "ended_at": now})
    for node in open_run.dropped:
        _close(run_id, node, {"state": "skipped", "ended_at": now})
        incidents.resolve(run_id, "skipped", node)
    open_run.dropped, open_run.ended = [], {}


def _close(run_id: str, node: str, told: dict[str, Any]) -> None:
    mine = (FlowStep.run_id == run_id, FlowStep.node == node, FlowStep.state.in_(OPEN_STATES))
    db.session.execute(update(FlowStep).where(FlowStep.tenant_id == current_tenant(), *mine).values(told))


def failure(error: Exception) -> Failed:
    """An error as the outcome of a step; a lost claim or a broken connection is no step's failure and raised again."""
    if isinstance(error, Lost | OperationalError | InterfaceError):
        raise error
    if isinstance(error, KeyError):
        return Failed(message("This kind of step is not known: %(name)s", name=str(error)))
    if not isinstance(error, Fault | Refused | EvaluationError | ExpressionError):
        log.warning("A step failed in an unforeseen way", exc_info=error)
    return Failed(words.words_of(error))


def add_row(open_run: OpenRun, step: Step, outcome: Outcome | Begun, started_at: datetime, input: Any) -> None:
    """Note what a step was given and what came of it, and open an incident where it was given up."""
    loops = engine.items_around(open_run.flow, open_run.run, step.node.id)
    row = {"tenant_id": current_tenant(), "id": new_id(), "run_id": open_run.row.id, "input": input}
    row["item"] = items.place_of(loops.values())
    place = {"node": step.node.id, "type": step.node.type, "tries": step.tries, "started_at": started_at}
    open_run.rows.append(row | place | _NOTHING | _told(outcome))
    _report(open_run, step, outcome)


def end_row(open_run: OpenRun, step: Step, outcome: Outcome, state: str) -> None:
    """Write what came of a step whose row was "started" or "waiting"."""
    mine = (FlowStep.run_id == open_run.row.id, FlowStep.node == step.node.id, FlowStep.state == state)
    db.session.execute(update(FlowStep).where(FlowStep.tenant_id == current_tenant(), *mine).values(_told(outcome)))
    _report(open_run, step, outcome)


def _report(open_run: OpenRun, step: Step, outcome: Outcome | Begun) -> None:
    if isinstance(outcome, Failed) and _gives_up(open_run.flow, step, outcome):
        incidents.open_at(incidents.place_of(open_run.row, step.node.id), "step", outcome.error)
    if isinstance(outcome, Stop) and outcome.failed:
        incidents.open_at(incidents.place_of(open_run.row, step.node.id), "step", words.stopped(outcome.text))


def _gives_up(flow: Flow, step: Step, outcome: Failed) -> bool:
    return outcome.retry_at is None and not engine.is_caught(flow, step.node.id)


def _told(outcome: Outcome | Begun) -> dict[str, Any]:
    now = utc_now()
    match outcome:
        case Begun():
            return {"state": "started"}
        case Failed(error, retry_at):
            state = "failed" if retry_at is None else "retrying"
            return {"state": state, "error": words.to_json(error), "ended_at": now}
        case Stop(text, failed):
            error = words.to_json(words.stopped(text)) if failed else None
            return {"state": "failed" if failed else "done", "output": {"text": text}, "error": error, "ended_at": now}
        case Each(things):
            return {"state": "waiting", "output": {"count": len(things)}}
        case Wait(output=output):
            return {"state": "waiting", "output": output}
        case Done(output, port):
            return {"state": "done", "output": output, "port": port, "ended_at": now}


def bound_of(flow: Flow, node: str) -> Bound:
    """The node's config, compiled once per release; raises ExpressionError, KeyError for a type that is not there."""
    return _bound(_NodeOf(flow, node))


class _NodeOf:
    """A node of a compiled flow, which is one object per release."""

    def __init__(self, flow: Flow, node: str) -> None:
        self.flow = flow
        self.node = flow.nodes[node]

    def __hash__(self) -> int:
        return hash((id(self.flow), self.node.id))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _NodeOf) and self.node is other.node


@lru_cache(maxsize=4096)
def _bound(of: _NodeOf) -> Bound:
    return bind(actions[of.node.type].config_schema, of.node.config)
