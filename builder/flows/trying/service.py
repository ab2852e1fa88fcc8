"""What a flow can be tried on, and trying it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder.drafts import service as drafts
from builder.flows.desk import Desk
from runtime.contracts import Actor, NotFound
from runtime.flows.deliveries import WEBHOOK
from runtime.flows.graph import trigger_of
from runtime.flows.picture.names import form_of
from runtime.flows.picture.telling import Telling
from runtime.flows.trying import service as trying
from runtime.flows.trying.trial import Subject, Trial
from runtime.records.around import service as around
from runtime.records.query import Query
from runtime.records.reading import service as reading
from runtime.releases.models import App
from widgets.base import Ref

MOST_RECORDS = 8


def records(app: App, form: str, text: str, actor: Actor) -> Sequence[tuple[str, str]]:
    """Records to try on, as (id, label): those whose name holds the text, else the newest; none before publishing."""
    try:
        if text:
            return around.search(app.id, form, text, actor, MOST_RECORDS)
        found = reading.page(app.id, form, Query(sort=("-created_at",), limit=MOST_RECORDS, count=False), actor)
        labels = around.labels(app.id, form, [record.id for record in found.items], actor)
        return [(record.id, labels.get(record.id, record.id)) for record in found.items]
    except NotFound:
        return []


def label(app: App, form: str, record_id: str, actor: Actor) -> str:
    """What a record is called; raises NotFound."""
    reading.read(app.id, form, record_id, actor)
    return around.labels(app.id, form, [record_id], actor).get(record_id, record_id)


def attempt(app: App, desk: Desk, subject: Subject, actor: Actor) -> tuple[Trial, Mapping[str, Any]]:
    """Try the flow on the desk; the trial, and how it is told on the canvas."""
    trial = trying.attempt(app.id, drafts.whole(app), desk.flow, subject, actor)
    telling = Telling(desk, actor.timezone)
    names = _names(app, telling.refs(trial.steps), actor) | dict(trial.labels)
    return trial, replace(telling, labels=names).told(trial.trigger if trial.starts or trial.steps else "", trial.steps)


def _names(app: App, refs: Mapping[str, Iterable[str]], actor: Actor) -> dict[Ref, str]:
    try:
        return around.names(app.id, refs, actor)
    except NotFound:
        return {}


def webhook_of(desk: Desk) -> Mapping[str, Any] | None:
    """The config of the trigger by which another system sets the flow off; None where nothing is sent."""
    trigger = trigger_of(desk.flow)
    return trigger.get("config") or {} if trigger and trigger["type"] == WEBHOOK else None


def form_at_hand(desk: Desk) -> Mapping[str, Any] | None:
    """The form whose records set the flow off; None for a flow about no record."""
    return desk.forms.get(form_of(desk.flow))
