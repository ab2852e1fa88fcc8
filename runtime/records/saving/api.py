"""Saved views over REST: one's own, and those that all who use the form share."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, g

from runtime.contracts import NotFound, Refused
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.records.query import sort_of
from runtime.records.reading.service import Reading, begin
from runtime.records.saving import service
from runtime.records.saving.wishes import SAID, problems_in, said_in
from runtime.records.views import View
from runtime.releases.service import find_live
from runtime.security.access import scoped

blueprint = Blueprint("saved_views_api", __name__, url_prefix="/api/v1/apps/<app>/forms/<form>/views")


@blueprint.get("")
@scoped("records:read")
def views(app: str, form: str) -> Response:
    """The saved views of a form: one's own and the shared ones."""
    reading = begin(find_live(app).id, form, g.actor)
    return reply({"items": [_json(view, reading) for view in _all(reading)]})


@blueprint.post("")
@scoped("records:write")
def save(app: str, form: str) -> Response:
    """Save a view with title, columns, filter and sort; `shared` for all, by right."""
    reading, sent = begin(find_live(app).id, form, g.actor), body()
    said, title = _said(reading, sent, {}), str(sent.get("title") or "")
    id = service.save(*_place(reading), title, said, bool(sent.get("shared")), reading.rights, g.actor)
    return reply(_json(_one(reading, id), reading), 201)


@blueprint.patch("/<uuid:saved>")
@scoped("records:write")
def change(app: str, form: str, saved: Any) -> Response:
    """Let a view say something else: what is sent is replaced, the rest stays."""
    reading, sent = begin(find_live(app).id, form, g.actor), body()
    _one(reading, str(saved))
    kept = service.keep(
        str(saved), *_place(reading), partial(_said, reading, sent), reading.rights, g.actor,
        title=sent.get("title"), shared=sent.get("shared"),
    )  # fmt: skip
    return reply(_json(kept, reading))


@blueprint.delete("/<uuid:saved>")
@scoped("records:write")
def remove(app: str, form: str, saved: Any) -> Response:
    """Take a saved view away."""
    reading = begin(find_live(app).id, form, g.actor)
    service.remove(str(saved), *_place(reading), reading.rights, g.actor)
    return reply(None, 204)


def _place(reading: Reading) -> tuple[str, str]:
    return reading.published.app_id, reading.form.key


def _all(reading: Reading) -> list[View]:
    return service.views(*_place(reading), g.actor, reading.columns())


def _one(reading: Reading, id: str) -> View:
    found = next((view for view in _all(reading) if view.key == id), None)
    if found is None:
        raise NotFound(message("There is no such view."))
    return found


def _said(reading: Reading, sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the view is to say; refused where its sender could not list it."""
    asked = reading.columns()
    problems = problems_in(sent, reading.rights.readable_everywhere() | reading.rights.fields)
    if problems:
        raise Refused(problems)
    said = said_in(sent, before)
    reading.matching(said.get("filter"))
    sort_of(said.get("sort") or (), asked)
    return said


def _json(view: View, reading: Reading) -> dict[str, Any]:
    said = {name: view.document[name] for name in SAID if name in view.document}
    mine = view.owner == g.actor.member_id
    may = service.may_change(view, reading.rights, g.actor)
    return {"id": view.key, "title": view.title, "shared": view.shared, "mine": mine, "may_change": may, **said}
