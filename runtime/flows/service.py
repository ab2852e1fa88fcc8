"""What people do with flows: press a button, cancel, retry, skip, look at runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from runtime import events
from runtime.contracts import Actor, BadRequest, Conflict, Done, Forbidden, NotFound
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.expressions import EvaluationError, ExpressionError, compile_expression
from runtime.flows import engine
from runtime.flows.dispatching import service as dispatching
from runtime.flows.engine import compile_flow
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun, FlowStep, Incident
from runtime.flows.names import needs_of
from runtime.flows.running.service import free_the_next
from runtime.flows.starting.service import Start, begin, lock_key_of, place_in_queue, stop
from runtime.flows.steps.service import OpenRun
from runtime.i18n import message
from runtime.records.access import facts_of, rights_of
from runtime.records.reading import service as reading
from runtime.releases import service as releases
from runtime.releases.published import Published

MANUAL = "trigger.manual"


# --- starting by hand --------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """A manual trigger that somebody may press. `once` keeps a double click from starting two runs."""

    flow: str
    title: str
    once: str = field(default_factory=new_id)


def buttons(app_id: str, form: str | None, record_id: str | None, actor: Actor) -> list[Button]:
    """The buttons that the actor may press at a record, or at the app; none for a record that is not there."""
    published = releases.current(app_id)
    found: list[Button] = []
    if form and record_id:
        reading.read(app_id, form, record_id, actor)
    for key in published.all("flows"):
        flow = published.derived(compile_flow, "flows", key)
        for node in flow.triggers:
            if node.type != MANUAL or node.config.get("form") != form:
                continue
            start = Start(published, flow, node, "", form, record_id, None, actor.member_id)
            if _may_press(start, actor) and _applies(start):
                title = node.config.get("title") or node.part.get("title") or flow.part.get("title")
                found.append(Button(key, str(title or key)))
    return found


def press(app_id: str, flow_key: str, record_id: str | None, actor: Actor, once: str | None = None) -> str:
    """Start a flow by its button; gives the run's id. The same `once` starts one run and gives its id again.

    Raises NotFound, Forbidden, Conflict when its condition does not hold or a run is under way already.
    """
    published = releases.current(app_id)
    flow = published.derived(compile_flow, "flows", flow_key)
    node = next((node for node in flow.triggers if node.type == MANUAL), None)
    if node is None:
        raise BadRequest(message("This flow is not started by hand."))
    form = node.config.get("form")
    if form and not record_id:
        raise BadRequest(message("This flow is started for one record."))
    key = f"{actor.member_id}:{once or new_id()}"[:200]
    start = Start(published, flow, node, key, form, record_id if form else None, None, actor.member_id)
    if form:
        reading.read(app_id, form, record_id or "", actor)
    if not _may_press(start, actor):
        raise Forbidden(message("You may not start this flow."))
    if not _applies(start):
        raise Conflict(message("This flow cannot be started for this record now."))
    return start_once(start)


def start_once(start: Start) -> str:
    """Begin what was asked for, or give the run that it began before; raises Conflict when it may not begin now."""
    with transaction():
        lock_key = lock_key_of(start)
        if state := place_in_queue(start, lock_key):
            begin(start, lock_key, state, None)
        same = (FlowRun.flow == start.flow.key, FlowRun.trigger == start.trigger.id)
        query = select(FlowRun.id, FlowRun.record_id).where(FlowRun.app_id == start.published.app_id, *same)
        found = db.session.execute(query.where(FlowRun.dedupe_key == start.dedupe_key)).one_or_none()
        after_commit(events.wake)
    if found is None:
        raise Conflict(message("This flow is under way already."))
    if found.record_id != start.record_id:
        raise Conflict(message("This idempotency key was used for another request."))
    return str(found.id)


def _may_press(start: Start, actor: Actor) -> bool:
    """Holders of the roles that the button names; where it names none, who may change the record, or app admins."""
    app_id, form = start.published.app_id, start.form
    if is_builder(actor, app_id):
        return True
    if named := start.trigger.config.get("roles"):
        return bool(actor.roles.get(app_id, frozenset()) & set(named))
    if form is None or start.record_id is None:
        return False
    row = reading.find(reading.begin(app_id, form, actor), start.record_id)
    return rights_of(start.published, actor, form).allows("update", facts_of(row))


def _applies(start: Start) -> bool:
    """Whether the button's condition holds; one that cannot be told does not."""
    written = start.trigger.config.get("when")
    if not written:
        return True
    try:
        condition = compile_expression(written)
        return condition.holds(start.world().names(needs_of(condition.reads)))
    except (EvaluationError, ExpressionError):
        return False


def is_builder(actor: Actor, app_id: str) -> bool:
    """Whether somebody may build the app, and so see and mend its runs."""
    return bool(actor.powers) or "admin" in actor.roles.get(app_id, frozenset())


def permit(actor: Actor, app_id: str) -> None:
    """Raise Forbidden unless the actor may see and mend the app's runs."""
    if not is_builder(actor, app_id):
        raise Forbidden(message("Only those who build this app may do this."))


# --- looking -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunQuery:
    """Which runs to list."""

    app_ids: Sequence[str]
    flow: str | None = None
    state: str | None = None
    record_id: str | None = None
    before: str | None = None
    limit: int = 50


def runs(query: RunQuery) -> tuple[Sequence[FlowRun], str | None]:
    """Runs, the newest first, and where the next page begins."""
    asked = select(FlowRun).where(FlowRun.app_id.in_(query.app_ids))
    for column, value in (
        (FlowRun.flow, query.flow),
        (FlowRun.state, query.state),
        (FlowRun.record_id, query.record_id),
    ):
        if value:
            asked = asked.where(column == value)
    if query.before:
        asked = asked.where(FlowRun.id < query.before)
    found = db.session.scalars(asked.order_by(FlowRun.id.desc()).limit(query.limit + 1)).all()
    return found[: query.limit], found[query.limit - 1].id if len(found) > query.limit else None


def find_run(run_id: str) -> FlowRun:
    """A run of the tenant; raises NotFound."""
    found = db.session.scalar(select(FlowRun).where(FlowRun.id == run_id))
    if found is None:
        raise NotFound(message("There is no such run."))
    return found


def steps(run_id: str) -> Sequence[FlowStep]:
    """A run's steps in the order in which they were begun."""
    return db.session.scalars(select(FlowStep).where(FlowStep.run_id == run_id).order_by(FlowStep.id)).all()


def flow_of(run: FlowRun) -> tuple[Published, engine.Flow]:
    """The release and the flow that a run goes by."""
    published = releases.at(run.app_id, run.release)
    return published, published.derived(compile_flow, "flows", run.flow)


# --- mending -----------------------------------------------------------------------------------


def cancel(run_id: str, actor: Actor) -> None:
    """Stop a run where it stands; Conflict when it is over."""
    with transaction():
        row = _taken(run_id, actor).row
        stop(row, "cancelled", actor.member_id)


def retry(run_id: str, actor: Actor, newer: bool = False) -> None:
    """Take up the failed steps of a run again, if wished on the live version of its flow; Conflict when none failed."""
    with transaction():
        open_run = _taken(run_id, actor)
        if newer:
            open_run = _on_live_version(open_run)
        for node in _failed(open_run):
            open_run.run = engine.retry(open_run.run, node)
        _go_on(open_run, "retried", actor)


def skip(run_id: str, actor: Actor) -> None:
    """Let a run go on behind its failed steps, as if they had done nothing; Conflict when none failed."""
    with transaction():
        open_run = _taken(run_id, actor)
        for node in _failed(open_run):
            open_run.run = engine.decide(open_run.flow, open_run.run, node, Done())
            _mark_skipped(run_id, node)
        _go_on(open_run, "skipped", actor)


def dismiss(incident: Incident, actor: Actor) -> None:
    """Close an incident behind which no failed step stands."""
    permit(actor, incident.app_id)
    with transaction():
        incidents.dismiss(incident.id, actor.member_id)


def _taken(run_id: str, actor: Actor) -> OpenRun:
    """A run that is not over, taken from whoever works on it."""
    permit(actor, find_run(run_id).app_id)
    dispatching.seize(run_id, utc_now())
    open_run = OpenRun.load(run_id)
    if open_run is None or open_run.row.state in engine.OVER:
        raise Conflict(message("This run is over."))
    return open_run


def _failed(open_run: OpenRun) -> list[str]:
    failed = [id for id, mark in open_run.run.marks.items() if mark.state == "failed"]
    if not failed:
        raise Conflict(message("No step of this run has failed."))
    return failed


def _on_live_version(open_run: OpenRun) -> OpenRun:
    row = open_run.row
    row.release = releases.current(row.app_id).number
    try:
        newer = OpenRun.of(row)
    except NotFound:
        raise Conflict(message("The live version has no such flow any more.")) from None
    if engine.missing_nodes(newer.flow, newer.run):
        raise Conflict(message("The live version has no such step any more."))
    return newer


def _go_on(open_run: OpenRun, resolution: str, actor: Actor) -> None:
    now: datetime = utc_now()
    open_run.keep(engine.state_of(open_run.flow, open_run.run, now))
    incidents.resolve(open_run.row.id, resolution, by=actor.member_id)
    if open_run.row.state in engine.OVER:
        dispatching.strike(open_run.row.id)
        free_the_next(open_run.row)
    after_commit(events.wake)


def _mark_skipped(run_id: str, node: str) -> None:
    rows = (FlowStep.tenant_id == current_tenant(), FlowStep.run_id == run_id, FlowStep.node == node)
    for step in db.session.scalars(select(FlowStep).where(*rows, FlowStep.state == "failed")):
        step.state = "skipped"
    db.session.flush()
