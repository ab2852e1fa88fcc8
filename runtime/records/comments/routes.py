"""Saying something on a record's page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from runtime.contracts import Refused
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang
from runtime.records import service as records
from runtime.records.comments import service
from runtime.records.desks.service import At, Desk
from runtime.security.access import member
from runtime.security.limits import limiter

blueprint = Blueprint("comments", __name__, template_folder="templates")

RECORD = "/t/<tenant>/a/<app>/f/<form>/<uuid:record>/comments"


@blueprint.post(RECORD)
@limiter.limit("60 per minute", key_func=lambda: g.actor.member_id, scope="comment")
@member
def add(tenant: str, app: str, form: str, record: UUID) -> Any:
    """Say something; the time line as it is then, or what was typed with what is wrong."""
    desk = _desk(app, form)
    text, chosen = request.form.get("text", ""), request.form.getlist("mention")
    try:
        service.add(desk.app.id, form, str(record), text, chosen, g.actor)
    except Refused as refused:
        words = " ".join(in_words(problem.message) for problem in refused.problems)
        return _timeline(desk, record, text, words), 422
    return _timeline(desk, record)


@blueprint.post(f"{RECORD}/<uuid:comment>/remove")
@member
def remove(tenant: str, app: str, form: str, record: UUID, comment: UUID) -> str:
    """Take a comment away."""
    desk = _desk(app, form)
    service.remove(desk.app.id, form, str(record), str(comment), g.actor)
    return _timeline(desk, record)


def _desk(app: str, form: str) -> Desk:
    return Desk(app, form, At(g.actor, g.tenant.key, page_lang(), translator()))


def _timeline(desk: Desk, record: UUID, text: str = "", problem: str = "") -> str:
    found = records.read_in(desk.reading, str(record))
    shown = desk.story(found) | {"typed": text, "problem": problem}
    return render_template("comments/timeline.html", desk=desk, record=found, **shown)
