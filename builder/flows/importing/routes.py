"""The page on which a flow comes in out of a file."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from builder.flows.importing import service
from runtime import documents
from runtime.contracts import Problem, Refused
from runtime.http.pages import page_lang
from runtime.http.reply import sent_file
from runtime.releases import service as releases
from runtime.security.access import builder

blueprint = Blueprint("flow_import", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build")


@blueprint.get("/import-flow")
@builder
def ask(tenant: str, app: str) -> str:
    """Asks for the file."""
    return _page(app, [])


@blueprint.post("/import-flow")
@builder
def take_in(tenant: str, app: str) -> Any:
    """Keep the flow and open it; what is wrong with it comes back with its places, and nothing is kept."""
    found = releases.find_app(app)
    try:
        key = service.take_in(found, documents.parse(sent_file()), page_lang(), g.actor)
    except Refused as refused:
        return _page(app, list(refused.problems)), 422
    flash(_("The flow is in the draft. It goes live when you publish."), "success")
    return redirect(url_for("flow_designer.show", tenant=tenant, app=found.key, flow=key), 303)


def _page(app: str, problems: list[Problem]) -> str:
    return render_template("builder/flows/importing/page.html", app=releases.find_app(app), problems=problems)
