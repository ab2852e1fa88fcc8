"""What people do with runs: look at them, cancel, retry, skip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from runtime import events
from runtime.contracts import Actor, Conflict, Done, Forbidden, NotFound
from runtime.db import after_commit, current_tenant, db, transaction, utc_now
from runtime.flows import engine
from runtime.flows.compiled import Flow, compile_flow
from runtime.flows.dispatching import service as dispatching
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun, FlowStep, Incident
from runtime.flows.running.service import free_the_next
from runtime.flows.starting.service import stop
from runtime.flows.steps.service import OpenRun
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.releases.published import Published


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


def steps(run_id: str, most: int | None = None) -> Sequence[FlowStep]:
    """A run's steps in the order in which they were begun; the last of them where there are more than `most`."""
    asked = select(FlowStep).where(FlowStep.run_id == run_id).order_by(FlowStep.id.desc()).limit(most)
    return db.session.scalars(asked).all()[::-1]


def flow_of(run: FlowRun) -> tuple[Published, Flow]:
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
