"""Pages of an app's releases: the list, what differs between any two, and the way back."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from builder.publishing import service as publishing
from builder.publishing.versions import service
from builder.publishing.versions.differences import differences
from builder.publishing.versions.wording import Words
from runtime.contracts import NotFound
from runtime.http.pages import page_lang
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.security.access import builder

blueprint = Blueprint(
    "versions", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/releases"
)

DRAFT = 0
"""The number by which the draft goes among the releases."""


@blueprint.get("/")
@builder
def show(tenant: str, app: str) -> str:
    """Every release, and what differs between the two that are asked for: at first the draft from what is live."""
    found = releases.find_app(app)
    history = service.history(found)
    old, new = _asked("from", found.release or DRAFT), _asked("to", DRAFT)
    if not {old, new} <= {DRAFT, *(release.number for release in history)}:
        raise NotFound(message("There is no such release."))
    words = Words(page_lang(), _, publishing.TYPES)
    changes = differences(service.version(found, old), service.version(found, new), words) if history else []
    kinds = {"app": _("App"), "forms": _("Form"), "flows": _("Flow"), "views": _("View"), "roles": _("Role"),
             "reports": _("Report"), "calendars": _("Calendar")}  # fmt: skip
    icons = {"forms": "forms", "flows": "route", "roles": "users"}
    return render_template(
        "builder/publishing/versions/releases.html", app=found, history=history, old=old, new=new, changes=changes,
        kinds=kinds, icons=icons,
    )  # fmt: skip


def _asked(name: str, otherwise: int) -> int:
    return _number(request.args[name]) if name in request.args else otherwise


def _number(text: str) -> int:
    """The number of a release; of what is no number there is none."""
    return int(text) if text.isdecimal() and len(text) < 8 else -1


@blueprint.post("/<number>/restore")
@builder
def restore(tenant: str, app: str, number: str) -> Any:
    """An earlier release becomes the draft; the page to publish it comes next."""
    found = releases.find_app(app)
    service.restore(found, _number(number), g.actor)
    flash(_("The draft is as release %(number)s was. Nothing is live until you publish it.", number=number), "success")
    note = _("Back to release %(number)s", number=number)
    return redirect(url_for("publishing.check", tenant=tenant, app=app, note=note), 303)
