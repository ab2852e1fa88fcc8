"""Making a release of a draft app, and copying apps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.drafts import service as drafts
from builder.publishing.check import Findings, check
from builder.publishing.samples import Name, Sample, samples_of
from runtime import actions, triggers
from runtime.contracts import Actor, Change, NotFound, Refused
from runtime.db import transaction
from runtime.records import service as records
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
    """Make the sample records of an app/1 in its live app, all or none, without flows; says how many."""
    made: dict[Name, str] = {}
    samples = samples_of(document)
    if actor.kind == "system":
        actor = replace(actor, app_id=app.id)
    with transaction():
        late = [(row, _make(app, row, made, actor)) for row in samples]
        for row, id in ((row, id) for row, id in late if row.links):
            links = {field: made[to] for field, to in row.links.items()}
            records.change(Change(app.id, row.form, "update", links, record_id=id, flows=False), actor)
    return len(samples)


def _make(app: App, row: Sample, made: dict[Name, str], actor: Actor) -> str:
    """One sample record; links in a circle are left for later."""
    links = {field: made[to] for field, to in row.links.items() if to in made}
    lenient = len(links) < len(row.links)
    change = Change(app.id, row.form, "create", {**row.answers, **links}, lenient=lenient, flows=False)
    id = records.change(change, actor).id
    if row.name:
        made[row.form, row.name] = id
    return id


def clone(app: App, key: str, title: str, actor: Actor) -> App:
    """A copy of the draft under another key and title, without records or people."""
    return drafts.take_in({**drafts.whole(app), "key": key, "title": title}, actor)
