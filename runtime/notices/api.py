"""A member's notices over REST."""

from flask import Blueprint, Response, g, request

from runtime.http.paging import limit_of
from runtime.http.parameters import takes
from runtime.http.reply import reply
from runtime.notices import service
from runtime.notices.asking import cursor_in
from runtime.security.access import scoped

blueprint = Blueprint("notices_api", __name__, url_prefix="/api/v1")


@blueprint.get("/notices")
@scoped("records:read")
@takes("limit", "cursor")
def notices() -> Response:
    """What the token's holder was told, the newest first."""
    found, more = service.page(g.actor.member_id, cursor_in(request.args.get("cursor")), limit_of(request.args))
    items = [
        {
            "id": one.id, "title": one.title, "body": one.body, "link": one.link, "at": one.created_at.isoformat(),
            "read": one.read_at is not None, "alike": one.alike,
        }
        for one in found
    ]  # fmt: skip
    return reply({"items": items, "next": more, "unread": service.unread(g.actor.member_id)})
