"""Pages: the apps of a tenant, and the home of an app."""

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from runtime.http.pages import page_lang
from runtime.releases import service as releases
from runtime.security import member
from runtime.views import service

blueprint = Blueprint("views", __name__, template_folder="templates", url_prefix="/t/<tenant>")


@blueprint.get("/")
@member
def apps(tenant: str) -> str | Response:
    """The tenant's apps; one who cannot build and has only one goes straight in."""
    builds = bool(g.actor.powers & {"owner", "admin"})
    shown = [app for app in releases.apps() if app.release or builds or "admin" in g.actor.roles.get(app.id, ())]
    if len(shown) == 1 and not builds and shown[0].release:
        return redirect(url_for("views.home", tenant=tenant, app=shown[0].key))
    return render_template("views/apps.html", apps=shown, builds=builds)


@blueprint.get("/a/<app>/")
@member
def home(tenant: str, app: str) -> str:
    """What waits, what can be made, what can be looked at."""
    found = releases.find_app(app)
    builds = bool(g.actor.powers & {"owner", "admin"}) or "admin" in g.actor.roles.get(found.id, ())
    tiles = service.home(found.id, g.actor, page_lang()) if found.release else []
    return render_template("views/home.html", app=found, tiles=tiles, builds=builds)
