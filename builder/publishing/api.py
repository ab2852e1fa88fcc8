"""REST: apps in and out, their draft parts, and releases."""

from flask import Blueprint, Response, g, request

from builder.drafts import service as drafts
from builder.publishing import service
from runtime.contracts import Forbidden
from runtime.documents.bounds import MAX_APP_BYTES
from runtime.forms.menu.service import may_build
from runtime.http.parameters import takes
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.records.asking import rev_of
from runtime.releases import service as releases
from runtime.security.access import scoped

blueprint = Blueprint("apps_api", __name__, url_prefix="/api/v1/apps")


@blueprint.get("")
@scoped("app:read")
def list_apps() -> Response:
    """The apps that the token's holder may build."""
    mine = [app for app in releases.apps() if may_build(g.actor, app)]
    items = [{"app": app.id, "key": app.key, "title": app.title, "release": app.release} for app in mine]
    return reply({"items": items})


@blueprint.post("")
@scoped("app:write", "admin")
@takes("publish")
def take_in() -> Response:
    """Import an app/1 document as a draft; `?publish=true` publishes it."""
    live = request.args.get("publish") == "true"
    if live and "app:publish" not in (g.actor.scopes or ()):
        raise Forbidden(message("This token may not publish."))
    app, number = service.take_in(body(MAX_APP_BYTES), g.actor, live=live)
    return reply({"app": app.id, "key": app.key, "release": number}, 201)


@blueprint.get("/<app>")
@scoped("app:read", "builder")
@takes("draft")
def read(app: str) -> Response:
    """The live app/1, or the draft where it was never published or `?draft=true`."""
    found = releases.find_app(app)
    live = None if request.args.get("draft") == "true" else service.live_document(found)
    return reply(live or drafts.whole(found))


@blueprint.put("/<app>/<any(forms,flows,views,roles,reports,calendars):kind>/<key>")
@scoped("app:write", "builder")
@takes("If-Match")
def save(app: str, kind: str, key: str) -> Response:
    """Save a draft part; If-Match with its `rev` refuses to write over somebody else's change."""
    draft = drafts.save(releases.find_app(app), kind, key, body(), rev_of(request.headers.get("If-Match")), g.actor)
    return reply({"rev": draft.rev, "document": draft.document}, headers={"ETag": f'"{draft.rev}"'})


@blueprint.delete("/<app>/<any(forms,flows,views,roles,reports,calendars):kind>/<key>")
@scoped("app:write", "builder")
def remove(app: str, kind: str, key: str) -> Response:
    """Take a part out of the draft."""
    drafts.remove(releases.find_app(app), kind, key, g.actor)
    return reply(None, 204)


@blueprint.post("/<app>/publish")
@scoped("app:publish", "builder")
@takes("note")
def publish(app: str) -> Response:
    """Make the draft the live release."""
    published = service.publish(releases.find_app(app), request.args.get("note", ""), g.actor)
    return reply({"release": published.number}, 201)
