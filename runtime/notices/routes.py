"""The page of one's notices, and how many wait."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runtime.notices import service
from runtime.notices.asking import cursor_in
from runtime.security import member

blueprint = Blueprint("notices", __name__, template_folder="templates", url_prefix="/t/<tenant>/notices")


@blueprint.get("")
@member
def page(tenant: str) -> str:
    """One's notices, the newest first."""
    notices, more = service.page(g.actor.member_id, cursor_in(request.args.get("before")))
    return render_template("notices/page.html", notices=notices, more=more, waiting=service.unread(g.actor.member_id))


@blueprint.get("/unread")
@member
def unread(tenant: str) -> str:
    """The number beside the bell; asked for every 20 seconds."""
    return render_template("notices/unread.html", count=service.unread(g.actor.member_id))


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
