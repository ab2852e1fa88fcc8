"""Making a release of a draft app, and copying apps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from builder.drafts import service as drafts
from builder.drafts.naming import named
from builder.publishing.check import Findings, check
from builder.publishing.samples import Name, Sample, samples_of, today_of
from runtime import actions, triggers
from runtime.contracts import Actor, Change, NotFound, Refused, Saved
from runtime.db import transaction, utc_now
from runtime.records import service as records
from runtime.records.batches import service as batches
from runtime.releases import service as releases
from runtime.releases.models import App
from runtime.releases.published import Published

TYPES: dict[str, Any] = {**triggers.registry, **actions.registry}


def look(app: App) -> Findings:
    """What stands in the way of a release of this app, and what it would change."""
    return check(drafts.whole(app), releases.documents(app.id), TYPES)


def live_document(app: App) -> Mapping[str, Any] | None:
    """The live app/1, or None before the first release."""
    try:
        return releases.current(app.id).document
    except NotFound:
        return None


def publish(app: App, note: str, actor: Actor) -> Published:
    """A new live release of the draft; raises Refused with everything that stands in the way."""
    with transaction():
        releases.hold(app)
        document = drafts.whole(app)
        findings = check(document, releases.documents(app.id), TYPES)
        if findings.problems:
            raise Refused(findings.problems)
        return releases.add_release(app, document, note, actor)


def take_in(
    document: Mapping[str, Any], actor: Actor, *, live: bool = False, sample: bool = False
) -> tuple[App, int | None]:
    """An app/1 as a new app, published at once where `live`, then with its sample records where `sample`.

    Nothing is kept when it cannot be.
    """
    with transaction():
        app = drafts.take_in(document, actor)
        number = publish(app, "", actor).number if live else None
        if live and sample:
            load_samples(app, document, actor)
    return app, number


def load_samples(app: App, document: Mapping[str, Any], actor: Actor) -> int:
    """Make the sample records of an app/1 in its live app, all or none, without flows; says how many.

    They are one batch under the id of the app itself, by which `forget_samples` finds them.
    """
    if actor.kind == "system":
        actor = replace(actor, app_id=app.id)
    turns = samples_of(document, today_of(utc_now(), actor.timezone))
    made: dict[Name, str] = {}
    with transaction():
        late = [one for rows in turns for one in _make(app, rows, made, actor)]
        for row, id in late:
            links = {field: made[to] for field, to in row.links.items()}
            records.change(_change(app, row, links, id=id), actor)
    return sum(len(rows) for rows in turns)


def _make(app: App, rows: Sequence[Sample], made: dict[Name, str], actor: Actor) -> list[tuple[Sample, str]]:
    """Make the rows of a turn; gives those that link in a circle, whose links are still to be set, with their ids."""
    open_ended = [any(to not in made for to in row.links.values()) for row in rows]
    changes = [_new(app, row, made) for row in rows]
    late = []
    for row, is_late, saved in zip(rows, open_ended, records.change_all(changes, actor), strict=True):
        if not isinstance(saved, Saved):
            raise saved
        if row.name:
            made[row.form, row.name] = saved.id
        late += [(row, saved.id)] if is_late else []
    return late


def _new(app: App, row: Sample, made: Mapping[Name, str]) -> Change:
    links = {field: made[to] for field, to in row.links.items() if to in made}
    return _change(app, row, {**row.answers, **links}, lenient=len(links) < len(row.links))


def _change(
    app: App, row: Sample, answers: Mapping[str, Any], *, lenient: bool = False, id: str | None = None
) -> Change:
    act: Literal["create", "update"] = "update" if id else "create"
    return Change(app.id, row.form, act, answers, record_id=id, lenient=lenient, flows=False, batch=app.id)


def forget_samples(app: App, actor: Actor) -> int:
    """Delete the sample records of an app, whatever was changed in them since; says how many there were."""
    with transaction():
        samples = batches.living(app.id, app.id)
        for form, id in samples:
            records.change(Change(app.id, form, "delete", record_id=id, flows=False), actor)
    return len(samples)


def clone(app: App, key: str, title: str, actor: Actor) -> App:
    """A copy of the draft under another key and title, without records or people."""
    return drafts.take_in({**named(drafts.whole(app), title, drafts.app_names()), "key": key}, actor)
