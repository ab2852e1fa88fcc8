"""Making a release of a draft app, and copying apps."""

from collections.abc import Mapping
from typing import Any

from builder.drafts import service as drafts
from builder.publishing.check import Findings, check
from runtime import actions, triggers
from runtime.contracts import Actor, NotFound, Refused
from runtime.db import transaction
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
        document = drafts.whole(app)
        findings = check(document, releases.documents(app.id), TYPES)
        if findings.problems:
            raise Refused(findings.problems)
        return releases.add_release(app, document, note, actor)


def take_in(document: Mapping[str, Any], actor: Actor, *, live: bool = False) -> tuple[App, int | None]:
    """An app/1 as a new app, published at once where `live`; nothing is kept when it cannot be."""
    with transaction():
        app = drafts.take_in(document, actor)
        number = publish(app, "", actor).number if live else None
    return app, number


def clone(app: App, key: str, title: str, actor: Actor) -> App:
    """A copy of the draft under another key and title, without records or people."""
    return drafts.take_in({**drafts.whole(app), "key": key, "title": title}, actor)
