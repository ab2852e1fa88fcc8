"""REST: templates, taking one, copying an app, and offering one's own."""

from typing import Any

from flask import Blueprint, Response, g, request

from builder.gallery import service
from builder.gallery.offers import Offer
from runtime.contracts import Forbidden, Problem, Refused
from runtime.http.parameters import takes
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.security.access import scoped

blueprint = Blueprint("gallery_api", __name__, url_prefix="/api/v1")


@blueprint.get("/templates")
@scoped("app:read", "admin")
def list_templates() -> Response:
    """What apps can be made of: ready-made ones and the tenant's own."""
    return reply({"items": [_json(offer) for offer in service.offers(g.actor.lang)]})


@blueprint.post("/templates/<key>/clone")
@scoped("app:write", "admin")
@takes("publish")
def take(key: str) -> Response:
    """Make an app of a template, `{"key", "title", "sample"}`, as a draft; `?publish=true` publishes it.

    Sample records come only with an app that is published.
    """
    asked, live = body(), request.args.get("publish") == "true"
    if live and "app:publish" not in (g.actor.scopes or ()):
        raise Forbidden(message("This token may not publish."))
    offer = service.find(key, g.actor.lang)
    title, wanted, sample = _text(asked, "title"), _text(asked, "key"), asked.get("sample") is True and live
    app = service.take(offer, g.actor, title=title, key=wanted, live=live, sample=sample)
    return reply({"app": app.id, "key": app.key, "release": app.release}, 201)


@blueprint.delete("/templates/<key>")
@scoped("app:publish", "admin")
def withdraw(key: str) -> Response:
    """Offer a template of the tenant no longer; apps made of it stay."""
    service.withdraw(key)
    return reply(None, 204)


@blueprint.post("/apps/<app>/clone")
@scoped("app:write", "admin")
def clone(app: str) -> Response:
    """Copy an app's documents as a draft under `{"key", "title"}`."""
    asked, found = body(), releases.find_app(app)
    made = service.clone(found, _text(asked, "key"), _text(asked, "title") or found.title, g.actor)
    return reply({"app": made.id, "key": made.key}, 201)


@blueprint.put("/apps/<app>/template")
@scoped("app:publish", "builder")
def offer(app: str) -> Response:
    """Offer the live app as a template of the tenant, `{"title", "description", "version"}`, in place of the last."""
    asked = body()
    title, description, version = (_text(asked, name) for name in ("title", "description", "version"))
    return reply(_json(service.offer_own(releases.find_app(app), title, description, version[:40], g.actor)))


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused([Problem(f"/{name}", "type", message("This must be text."))])
    return (value or "").strip()[: 200 if name == "title" else 2_000]


def _json(offer: Offer) -> dict[str, Any]:
    inside = {kind: len(offer.parts(kind)) for kind in ("forms", "flows", "views", "roles")}
    about = {name: getattr(offer, name) for name in ("key", "title", "description", "version", "own", "samples")}
    return about | inside
