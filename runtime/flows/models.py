"""Tables of runs, their steps, and incidents."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

import runtime.events  # noqa: F401 (its tables belong to the same metadata)
from runtime.db import Base, Document, Id, Key, Moment, TenantRow, utc_now


class FlowRun(TenantRow, Base):
    """One going-through of a flow; `data` is the engine's state, `state` one of its RUN_STATES.

    `dedupe_key` names what started it (an event, a press of a button), so that it starts once. `lock_key` is the value
    of the flow's concurrency key. `depth` counts the flows that set each other off before this one.
    """

    __tablename__ = "flow_run"
    __table_args__ = (
        Index("flow_run_once", "tenant_id", "app_id", "flow", "trigger", "dedupe_key", unique=True),
        Index("flow_run_record", "tenant_id", "record_id", "flow", "id"),
        Index("flow_run_recent", "tenant_id", "app_id", "id"),
        Index("flow_run_state", "tenant_id", "state", "id"),
        Index(
            "flow_run_lock",
            *("tenant_id", "app_id", "flow", "lock_key", "id"),
            postgresql_where=text("lock_key IS NOT NULL AND state IN ('queued', 'ready', 'waiting')"),
            sqlite_where=text("lock_key IS NOT NULL AND state IN ('queued', 'ready', 'waiting')"),
        ),
    )

    app_id: Mapped[str] = mapped_column(Id)
    flow: Mapped[str] = mapped_column(Key)
    release: Mapped[int] = mapped_column(Integer)
    trigger: Mapped[str] = mapped_column(Text)
    dedupe_key: Mapped[str] = mapped_column(Key)
    lock_key: Mapped[str | None] = mapped_column(Key)
    form: Mapped[str | None] = mapped_column(Key)
    record_id: Mapped[str | None] = mapped_column(Id)
    event_id: Mapped[str | None] = mapped_column(Id)
    actor_id: Mapped[str | None] = mapped_column(Id)
    depth: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(Key)
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class FlowTimer(TenantRow, Base):
    """A trigger that the clock pulls; `plan` is what `due` was reckoned by.

    `doing` are the moments that are being fired, the oldest first; of the first of them `count` records are done, and
    `cursor` is where the next page of them begins.
    """

    __tablename__ = "flow_timer"
    __table_args__ = (Index("flow_timer_of", "tenant_id", "app_id", "flow", "trigger", unique=True),)

    app_id: Mapped[str] = mapped_column(Id)
    flow: Mapped[str] = mapped_column(Key)
    trigger: Mapped[str] = mapped_column(Text)
    plan: Mapped[dict[str, Any]] = mapped_column(Document)
    due: Mapped[datetime | None] = mapped_column(Moment)
    doing: Mapped[list[str]] = mapped_column(Document)
    cursor: Mapped[str | None] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer, default=0)


class FlowStep(TenantRow, Base):
    """One performance of a node in a run, in the order of ids; `state` is one of STEP_STATES.

    `item` says for which item of the loops around it: "3", or "3.12" in a loop inside a loop.
    """

    __tablename__ = "flow_step"
    __table_args__ = (Index("flow_step_run", "tenant_id", "run_id", "id"),)

    run_id: Mapped[str] = mapped_column(Id)
    node: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    item: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(Text)
    port: Mapped[str | None] = mapped_column(Text)
    input: Mapped[Any] = mapped_column(Document, nullable=True)
    output: Mapped[Any] = mapped_column(Document, nullable=True)
    error: Mapped[dict[str, Any] | None] = mapped_column(Document)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


STEP_STATES = {
    "started": "an outer call is under way, or was when its worker died",
    "waiting": "performed, sleeping until a moment or a decision",
    "done": "performed; its output is there for later steps",
    "retrying": "failed for a passing reason, to be tried again",
    "failed": "failed; an incident is open, or was",
    "skipped": "the run went on without it",
}


class Incident(TenantRow, Base):
    """Something that did not work and waits for somebody; `resolved_at` is set when it is retried, skipped or over.

    `kind` is one of INCIDENTS; `error` says in words what went wrong, `gist` is its English sentence to group by.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_open", "tenant_id", "app_id", "resolved_at", "id"),
        Index("incident_run", "tenant_id", "run_id"),
    )

    app_id: Mapped[str] = mapped_column(Id)
    flow: Mapped[str] = mapped_column(Key)
    node: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(Id)
    form: Mapped[str | None] = mapped_column(Key)
    record_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Key)
    error: Mapped[dict[str, Any]] = mapped_column(Document)
    gist: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolution: Mapped[str | None] = mapped_column(Text)
    resolved_by: Mapped[str | None] = mapped_column(Id)


INCIDENTS = {
    "step": "a step failed and was given up",
    "trigger": "it could not be told whether a flow starts",
    "depth": "flows set each other off in too long a chain",
    "rate": "a flow was set off by other flows too often",
    "crash": "a run broke down in a way nobody foresaw",
}
