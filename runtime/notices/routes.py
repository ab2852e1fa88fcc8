"""The page of one's notices, and how many wait."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.contracts import Problem
from runtime.http.language import in_words
from runtime.notices import service
from runtime.notices.asking import by_day, cursor_in
from runtime.notices.habits import as_form
from runtime.notices.habits import read as read_habit
from runtime.security.access import member

blueprint = Blueprint("notices", __name__, template_folder="templates", url_prefix="/t/<tenant>/notices")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@member
def page(tenant: str) -> str:
    """One's notices, the newest first."""
    notices, more = service.page(g.actor.member_id, cursor_in(request.args.get("before")))
    days = by_day(notices, ZoneInfo(g.actor.timezone))
    return render_template("notices/page.html", days=days, more=more, waiting=service.unread(g.actor.member_id))


@blueprint.get("/unread")
@member
def unread(tenant: str) -> str:
    """The number beside the bell; asked for every 20 seconds."""
    return render_template("notices/unread.html", count=service.unread(g.actor.member_id))


@blueprint.get("/settings")
@member
def settings(tenant: str) -> str:
    """When one wants to be told."""
    return _settings()


@blueprint.post("/settings")
@member
def choose(tenant: str) -> Answer:
    """Keep it; or follow the workspace again."""
    kept, problems = read_habit(request.form)
    own = "own" in request.form
    if own and problems:
        return _settings(request.form, problems), 422
    service.choose_habit(g.actor.member_id, kept if own else None)
    flash(_("Saved."), "success")
    return redirect(url_for("notices.settings", tenant=tenant), 303)


def _settings(typed: Mapping[str, Any] | None = None, problems: Iterable[Problem] = ()) -> str:
    own, usual = service.habit_kept(g.actor.member_id)
    said = [{"target": one.pointer.strip("/"), "message": in_words(one.message)} for one in problems]
    shown = typed or as_form(own or usual)
    return render_template("notices/settings.html", habit=shown, own=bool(typed or own), problems=said)


@blueprint.post("/<uuid:notice>")
@member
def read(tenant: str, notice: UUID) -> Response:
    """Mark one as read, and go where it points."""
    found = service.find(g.actor.member_id, str(notice))
    service.mark_read(g.actor.member_id, found.id)
    return redirect(f"/t/{tenant}/{found.link}" if found.link else url_for("notices.page", tenant=tenant), 303)


@blueprint.post("")
@member
def read_all(tenant: str) -> Response:
    """Mark all as read."""
    service.mark_read(g.actor.member_id)
    return redirect(url_for("notices.page", tenant=tenant), 303)
