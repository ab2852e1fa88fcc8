"""Triggers that the clock pulls: armed by a release, due on the list of what is due, each moment fired once.

A timer keeps the moments it is firing and how far it has come with their records, so that whoever takes it up after a
dead worker goes on there; and a run is started once for a moment and a record, whatever happens.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from runtime import events
from runtime.calendars.plans import Missed, Plan, due_moments, next_moments, plan_of
from runtime.contracts import Actor, Claim, Fault, NotFound, Timed
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.expressions import EvaluationError, ExpressionError
from runtime.flows.binding import bind
from runtime.flows.compiled import Flow, Node, compile_flow
from runtime.flows.dispatching import service as dispatching
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowTimer
from runtime.flows.names import facts_of
from runtime.flows.sql import FOREVER
from runtime.flows.starting.service import Start, holds, place
from runtime.flows.words import words_of
from runtime.i18n import message
from runtime.identity.models import Tenant
from runtime.records.query import Query
from runtime.records.reading import service as reading
from runtime.records.record import Record
from runtime.releases import service as releases
from runtime.releases.published import Published
from runtime.triggers import registry as triggers

BATCH = 100
"""Records for which runs are started in one transaction."""

MOST_RECORDS = 10_000
"""Records of one moment; beyond that something was set up wrongly, and it is an incident."""

TROUBLES = (Fault, EvaluationError, ExpressionError)


def is_timed(type: str) -> bool:
    """Whether a node type is pulled by the clock."""
    return hasattr(triggers.get(type), "plan")


@dataclass(frozen=True)
class Clock:
    """A timed trigger of a release, and the plan it goes by."""

    published: Published
    flow: Flow
    node: Node
    kind: Timed
    zone: str

    @property
    def plan(self) -> Plan:
        return plan_of(self.kind.plan(self.node.config), self.zone)

    @property
    def missed(self) -> Missed:
        return self.kind.missed(self.node.config)

    @property
    def says(self) -> dict[str, Any]:
        """What decides when it is due; when that changes it is armed anew."""
        return {**self.kind.plan(self.node.config), "zone": self.zone}


# --- arming ------------------------------------------------------------------------------------


def arm(published: Published) -> None:
    """Set the timers of an app to what its new release says, in the transaction that makes it.

    One whose plan stays keeps its next moment.
    """
    wanted = {(clock.flow.key, clock.node.id): clock for clock in _clocks(published)}
    known = {(timer.flow, timer.trigger): timer for timer in _timers(published.app_id)}
    for name in known.keys() - wanted.keys():
        dispatching.strike(known[name].id)
        db.session.delete(known[name])
    for name, clock in wanted.items():
        _set(clock, known.get(name))
    db.session.flush()


def arm_all() -> None:
    """Set the timers of every live app anew, in the transaction in which the tenant's zone changes."""
    for app in releases.apps():
        if app.release:
            arm(releases.current(app.id))


def _clocks(published: Published) -> list[Clock]:
    timed = [
        (flow, node)
        for key in published.all("flows")
        for flow in (published.derived(compile_flow, "flows", key),)
        for node in flow.triggers
        if is_timed(node.type)
    ]
    zone = _home_zone() if timed else ""
    return [_clock(published, flow, node, zone) for flow, node in timed]


def _clock(published: Published, flow: Flow, node: Node, home_zone: str) -> Clock:
    kind: Any = triggers[node.type]
    return Clock(published, flow, node, kind, node.config.get("timezone") or home_zone)


def _home_zone() -> str:
    return str(db.session.scalar(select(Tenant.timezone)) or "Asia/Shanghai")


def _timers(app_id: str) -> list[FlowTimer]:
    return list(db.session.scalars(select(FlowTimer).where(FlowTimer.app_id == app_id)))


def _set(clock: Clock, timer: FlowTimer | None) -> None:
    if timer is not None and timer.plan == clock.says:
        return
    due = _next(clock, utc_now())
    if timer is not None:
        timer.plan, timer.due, timer.doing, timer.cursor = clock.says, due, [], None
        dispatching.seize(timer.id, due or FOREVER)
        return
    about = {"app_id": clock.published.app_id, "flow": clock.flow.key, "trigger": clock.node.id}
    made = FlowTimer(tenant_id=current_tenant(), id=new_id(), plan=clock.says, due=due, doing=[], **about)
    db.session.add(made)
    dispatching.add(made.id, due or FOREVER, kind="timer")


def _next(clock: Clock, after: datetime) -> datetime | None:
    return next(iter(next_moments(clock.plan, after)), None)


# --- firing ------------------------------------------------------------------------------------


def work(claim: Claim, seconds: float) -> None:
    """Fire what a timer has due, a batch at a time, for so long; then let go of it. Raises Lost."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not _work(claim):
            return
    with transaction():
        dispatching.release(claim, utc_now())


def _work(claim: Claim) -> bool:
    """One transaction of it; says whether there is more to do now."""
    with transaction():
        dispatching.hold(claim)
        timer = db.session.get(FlowTimer, (current_tenant(), claim.id), populate_existing=True)
        clock = _live(timer) if timer else None
        if timer is None or clock is None:
            dispatching.finish(claim)
            return False
        if not timer.doing:
            _begin(timer, clock)
        if not timer.doing:
            dispatching.release(claim, timer.due or FOREVER)
            return False
        _fire(timer, clock, datetime.fromisoformat(timer.doing[0]))
        after_commit(events.wake)
        return True


def _live(timer: FlowTimer) -> Clock | None:
    """The trigger in the app's live release; None where it is gone."""
    try:
        published = releases.current(timer.app_id)
        flow = published.derived(compile_flow, "flows", timer.flow)
    except NotFound:
        return None
    node = flow.nodes.get(timer.trigger)
    return _clock(published, flow, node, _home_zone()) if node and is_timed(node.type) else None


def _begin(timer: FlowTimer, clock: Clock) -> None:
    """Note the moments that are to be fired, and when the next is due."""
    now = utc_now()
    if timer.due is None or timer.due > now:
        return
    moments = due_moments(clock.plan, timer.due, now, clock.missed)
    timer.doing, timer.cursor, timer.count = [moment.isoformat() for moment in moments], None, 0
    timer.due = _next(clock, moments[-1] if clock.missed == "all" and moments else now)


def _fire(timer: FlowTimer, clock: Clock, moment: datetime) -> None:
    """Start the next batch of a moment's runs."""
    start = _start(clock, moment)
    try:
        with db.session.begin_nested():
            if start.form is None:
                _start_all([start])
            else:
                timer.cursor = _fire_some(timer, clock, start, moment)
    except TROUBLES as error:
        timer.cursor = None
        incidents.open_at(start.place, "trigger", words_of(error))
    if timer.cursor is None:
        timer.doing, timer.count = timer.doing[1:], 0
    db.session.flush()


def _start(clock: Clock, moment: datetime) -> Start:
    form = clock.node.config.get("form") or None
    given = {"at": moment.isoformat()}
    return Start(clock.published, clock.flow, clock.node, moment.isoformat(), form, output=given, at=moment)


def _fire_some(timer: FlowTimer, clock: Clock, start: Start, moment: datetime) -> str | None:
    """Start runs for a page of records; gives where the next page begins."""
    if timer.count >= MOST_RECORDS:
        why = message("More than %(most)s records at once; the rest were left out.", most=MOST_RECORDS)
        incidents.open_at(start.place, "rate", why)
        return None
    filter = _filter(clock, start, moment)
    query = Query(filter=filter, sort=("created_at",), limit=BATCH, cursor=timer.cursor, count=False)
    app = Actor(current_tenant(), "system", app_id=clock.published.app_id, timezone=clock.zone)
    page = reading.page(clock.published.app_id, str(start.form), query, app)
    _start_all([_for(start, record) for record in page.items])
    timer.count += len(page.items)
    return page.next


def _filter(clock: Clock, start: Start, moment: datetime) -> Mapping[str, Any] | None:
    asked = {name: value for name, value in clock.node.config.items() if name != "when"}
    filled = start.sight().fill(bind(clock.kind.config_schema, asked))
    return clock.kind.filter(filled, moment.astimezone(clock.plan.zone).date())


def _for(start: Start, record: Record) -> Start:
    key = f"{start.dedupe_key}:{record.id}"
    return replace(start, dedupe_key=key, record_id=record.id, facts=facts_of(record))


def _start_all(starts: list[Start]) -> None:
    for start in starts:
        if holds(start):
            place(start)
