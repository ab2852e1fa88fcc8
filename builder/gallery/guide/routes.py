"""The list of next steps on an app's home, for those who build it."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder.gallery.guide import service
from builder.gallery.guide.steps import LOOK, steps
from runtime.http.pages import page_lang
from runtime.releases import service as releases
from runtime.security.access import builder

blueprint = Blueprint("guide", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/guide")


@blueprint.get("")
@builder
def show(tenant: str, app: str) -> str:
    """The list; nothing once all is done or it was put away."""
    found = releases.find_app(app)
    facts = service.facts_of(found, page_lang())
    todo = steps(facts) if facts else []
    if all(step.done for step in todo) and not (facts and facts.samples):
        return ""
    return render_template("builder/gallery/guide/list.html", app=found, steps=todo, samples=facts and facts.samples)


@blueprint.post("/look")
@builder
def look(tenant: str, app: str) -> BaseResponse:
    """Off to the forms; that step is done."""
    service.see(releases.find_app(app), LOOK)
    return redirect(url_for("publishing.show", tenant=tenant, app=app), 303)


@blueprint.post("/close")
@builder
def close(tenant: str, app: str) -> BaseResponse:
    """Put the list away."""
    service.close(releases.find_app(app))
    return redirect(url_for("views.home", tenant=tenant, app=app), 303)
