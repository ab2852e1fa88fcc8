"""Starting runs: by an event that matches a trigger, or by a press of a button; each once."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from runtime import events
from runtime.contracts import Claim, Conflict, Event, Json, NotFound
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.expressions import EvaluationError, ExpressionError, compile_expression
from runtime.flows import engine, sql
from runtime.flows.compiled import Flow, Node
from runtime.flows.dispatching import service as dispatching
from runtime.flows.incidents import service as incidents
from runtime.flows.incidents.service import Place
from runtime.flows.listening import ears
from runtime.flows.lookups.service import Shared, look_at
from runtime.flows.models import FlowRun
from runtime.flows.names import Facts, needs_of
from runtime.flows.running.service import QUEUE_PATIENCE, free_the_next, same_lock
from runtime.flows.sight.service import Scene, Sight
from runtime.flows.words import words_of
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.releases.published import Published

FLOW_RUN = FlowRun.__table__
RATE_PER_RECORD = 20
RATE_PER_FLOW = 5_000
"""How often within RATE_WINDOW other flows may set a flow off, on one record and on all."""


@dataclass(frozen=True)
class Start:
    """What starts a run: once for a `dedupe_key`."""

    published: Published
    flow: Flow
    trigger: Node
    dedupe_key: str
    form: str | None = None
    record_id: str | None = None
    event: Event | None = None
    actor_id: str | None = None
    output: Json = None
    """What the trigger gives to the steps."""
    facts: Facts | None = None
    """The record, where whoever starts has read it already."""
    at: datetime | None = None
    """The moment it is started for, where that is not now."""
    shared: Shared = field(default_factory=dict)
    """What was looked up already for others that start in the same transaction."""

    @property
    def depth(self) -> int:
        return self.event.cause.depth if self.event and self.event.cause else 0

    @property
    def place(self) -> Place:
        """Where an incident at the start belongs."""
        return Place(self.published.app_id, self.flow.key, self.trigger.id, None, self.form, self.record_id)

    def sight(self) -> Sight:
        """What the trigger's expressions see."""
        event_id = self.event.id if self.event else None
        about = {"form": self.form, "record_id": self.record_id, "event_id": event_id, "actor_id": self.actor_id}
        known = {"facts": self.facts} if self.facts else {}
        given = {"depth": self.depth, "now": self.at or utc_now(), "heard": self.event, "known": known}
        given["shared"] = self.shared
        given["outputs"] = {self.trigger.id: self.output}
        scene = Scene(self.published, self.flow, "", **about, **given)
        return Sight(scene)


def relay(claim: Claim) -> list[Claim]:
    """Turn an event into the runs it starts; gives them, held by the caller. Raises Lost."""
    started = []
    with transaction():
        dispatching.hold(claim)
        event = events.find(claim.id)
        if event is not None and is_early(event):
            dispatching.release(claim, utc_now() + EARLIER_FIRST)
            return []
        for start, lock_key in matching(event, {}) if event else ():
            if state := place_in_queue(start, lock_key):
                started += begin(start, lock_key, state, claim.until)
        dispatching.finish(claim)
    return started


def is_early(*happened: Event) -> bool:
    """Whether for one of the events an earlier one of the same record has still to be relayed."""
    later = {event.record_id: event.rev for event in happened if event.rev > 1}
    if not later:
        return False
    return any(rev < later[record_id] for record_id, rev in db.session.execute(sql.waiting_events(list(later))))


def matching(event: Event, shared: Shared) -> Iterator[tuple[Start, str | None]]:
    """What the event starts by the live release, each with its concurrency key; in the caller's transaction."""
    try:
        published = releases.current(event.app_id)
    except NotFound:
        return
    for ear in ears(published, event.form):
        if ear.matches(event):
            record_id, actor_id = event.record_id, event.actor_id
            about = event.id, event.form, record_id, event, actor_id
            start = Start(published, ear.flow, ear.trigger, *about, shared=shared)
            try:
                if _may_start(start):
                    yield start, lock_key_of(start)
            except (EvaluationError, ExpressionError) as error:
                incidents.open_at(start.place, "trigger", words_of(error))


def look_ahead(happened: Sequence[Event], shared: Shared) -> None:
    """Read the records of some events that flows may listen to, by one query a form."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for event in happened:
        wanted.setdefault((event.app_id, event.form), []).append(event.record_id)
    for (app_id, form), ids in wanted.items():
        with suppress(NotFound):  # what has no release, or no such form any more, starts nothing
            if ears(releases.current(app_id), form):
                look_at(shared, app_id, form, ids)


def _may_start(start: Start) -> bool:
    """Whether its condition holds and no guard against loops steps in."""
    return not _hears_itself(start) and holds(start) and not (start.depth and _loops(start))


def _hears_itself(start: Start) -> bool:
    """A flow does not hear what its own run does to the record that the run is about."""
    cause = start.event.cause if start.event else None
    if cause is None:
        return False
    query = select(FlowRun.flow, FlowRun.record_id).where(FlowRun.id == cause.run_id)
    return db.session.execute(query).first() == (start.flow.key, start.record_id)


def holds(start: Start) -> bool:
    """Whether the trigger's condition holds; raises EvaluationError."""
    written = start.trigger.config.get("when")
    if not written:
        return True
    condition = compile_expression(written)
    return condition.holds(start.sight().names(needs_of(condition.reads)))


def lock_key_of(start: Start) -> str | None:
    """The value of the flow's concurrency key; None when its runs mind nobody."""
    settings = start.flow.settings
    if settings.concurrency_mode == "parallel" or not settings.concurrency_key:
        return None
    key = compile_expression(settings.concurrency_key)
    return str(key.evaluate(start.sight().names(needs_of(key.reads))))[:200]


def _loops(start: Start) -> bool:
    """Whether flows set each other off too long a chain, or too often; then an incident is open."""
    most = start.flow.settings.max_depth
    if start.depth >= most:
        why = message("Flows set each other off in a chain longer than %(most)s; it was stopped.", most=most)
        incidents.open_at(start.place, "depth", why)
        return True
    for record_id, most in ((start.record_id, RATE_PER_RECORD), (None, RATE_PER_FLOW)):
        since = utc_now() - sql.RATE_WINDOW
        asked = sql.started_since(start.published.app_id, start.flow.key, since, record_id, most)
        if (db.session.scalar(asked) or 0) >= most:
            why = message("Other flows set this flow off more than %(most)s times in a minute.", most=most)
            place = replace(start.place, record_id=record_id)
            incidents.open_at(place, "rate", why)
            return True
    return False


EARLIER_FIRST = QUEUE_PATIENCE / 100
"""How long an event waits for an earlier one of its record."""


# --- the run itself ----------------------------------------------------------------------------


def start_once(start: Start) -> str:
    """Begin what was asked for, or give the run that it began before; raises Conflict when it may not begin now."""
    with transaction():
        place(start)
        same = (FlowRun.flow == start.flow.key, FlowRun.trigger == start.trigger.id)
        query = select(FlowRun.id, FlowRun.record_id).where(FlowRun.app_id == start.published.app_id, *same)
        found = db.session.execute(query.where(FlowRun.dedupe_key == start.dedupe_key)).one_or_none()
        after_commit(events.wake)
    if found is None:
        raise Conflict(message("This flow is under way already."))
    if found.record_id != start.record_id:
        raise Conflict(message("This idempotency key was used for another request."))
    return str(found.id)


def place(start: Start) -> None:
    """Begin what was asked for, behind others where it must, unless it was begun before; the caller commits."""
    lock_key = lock_key_of(start)
    if state := place_in_queue(start, lock_key):
        begin(start, lock_key, state, None)


def begin(start: Start, lock_key: str | None, state: str, until: datetime | None) -> list[Claim]:
    """Write a new run and put it on the list; gives it when `until` says that it is held by the caller.

    Nothing, when it was started before.
    """
    row = new_row(start, lock_key, state)
    if not insert_run(row):
        return []
    now = utc_now()
    if state == "queued":
        dispatching.add(row.id, now + QUEUE_PATIENCE)
        return []
    claim = dispatching.add(row.id, now, until)
    return [claim] if until else []


def place_in_queue(start: Start, lock_key: str | None) -> str | None:
    """The state of a new run beside those under way with the same key; None when there must be no new one."""
    if lock_key is None:
        return "ready"
    together = same_lock(start.published.app_id, start.flow.key, lock_key)
    mode = start.flow.settings.concurrency_mode
    if not together:
        return "ready"
    if mode == "skip":
        return None
    if mode == "replace":
        for id, _ in together:
            replace_run(id)
        return "ready"
    return "queued"


def replace_run(id: str) -> None:
    """Stop a run because a newer one takes its place."""
    row = db.session.get(FlowRun, (current_tenant(), id), populate_existing=True)
    if row is not None:
        stop(row, "replaced", None)


def stop(row: FlowRun, resolution: str, by: str | None) -> None:
    """Stop a run where it stands; in the caller's transaction."""
    now = utc_now()
    row.state, row.data = "cancelled", engine.to_json(engine.cancel(engine.from_json(row.data)))
    row.updated_at = row.ended_at = now
    db.session.flush()
    dispatching.strike(row.id)
    incidents.resolve(row.id, resolution, by=by)
    free_the_next(row)


def new_row(start: Start, lock_key: str | None, state: str) -> FlowRun:
    """The row of a new run, not yet written."""
    now = utc_now()
    return FlowRun(
        tenant_id=current_tenant(),
        id=new_id(),
        app_id=start.published.app_id,
        flow=start.flow.key,
        release=start.published.number,
        trigger=start.trigger.id,
        dedupe_key=start.dedupe_key,
        lock_key=lock_key,
        form=start.form,
        record_id=start.record_id,
        event_id=start.event.id if start.event else None,
        actor_id=start.actor_id,
        depth=start.depth,
        state=state,
        data=engine.to_json(engine.new_run(start.flow, start.trigger.id, start.output)),
        created_at=now,
        updated_at=now,
    )


def insert_run(row: FlowRun) -> bool:
    """Write a new run; False when the same thing has started one before."""
    return insert_runs([row])


def insert_runs(rows: Sequence[FlowRun]) -> bool:
    """Write new runs; False when for one of them the same thing has started one before."""
    if not rows:
        return True
    values = [{column.key: getattr(row, column.key) for column in FLOW_RUN.columns} for row in rows]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    once = dialect.insert(FLOW_RUN).on_conflict_do_nothing().returning(FLOW_RUN.c.id)
    return len(db.session.connection().execute(once, values).all()) == len(rows)
