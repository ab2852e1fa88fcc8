"""The page of an app's addresses that receive."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.flows.hooks import service
from runtime.http.frame import stand_at
from runtime.http.pages import page_lang
from runtime.i18n import text_in
from runtime.releases import service as releases
from runtime.security.access import builder
from runtime.security.addresses import public_url

blueprint = Blueprint("hooks", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/hooks")

Answer = str | tuple[str, int] | BaseResponse


@blueprint.get("")
@builder
def everything(tenant: str, app: str) -> Answer:
    """Each trigger that waits for another system, with its address."""
    return _page(app)


@blueprint.post("")
@builder
def open_address(tenant: str, app: str) -> Answer:
    """An address with a key, or a new key; the key is on this one answer and nowhere else."""
    form = request.form
    row, key = service.open_address(g.app_id, form.get("flow", ""), form.get("trigger", ""), g.actor)
    return _page(app, row.id, key), 201


@blueprint.post("/<uuid:hook>/close")
@builder
def close_address(tenant: str, app: str, hook: UUID) -> Answer:
    """Receive nothing there any more."""
    service.close_address(g.app_id, str(hook), g.actor)
    flash(_("The address is closed."), "success")
    return redirect(url_for("hooks.everything", tenant=tenant, app=app), 303)


def _page(app: str, opened: str = "", key: str = "") -> str:
    found = releases.find_app(app)
    stand_at(found.key, "build/")
    lang = page_lang()
    shown = [
        {
            "flow": place.flow.key,
            "trigger": place.trigger.id,
            "title": text_in(lang, place.flow.part, "title") or place.flow.key,
            "fields": place.trigger.config.get("fields") or (),
            "hook": place.hook,
            "url": public_url(f"/api/v1/hooks/{place.hook.id}") if place.hook else "",
        }
        for place in (service.places(found.id) if found.release else ())
    ]
    return render_template("flows/hooks.html", app=found, places=shown, opened=opened, key=key)
