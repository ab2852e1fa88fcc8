"""Pages on which an app is made of uploaded tables: send, look at what was found, take."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from builder.forms.palette import KINDS
from builder.gallery.tables import service
from builder.gallery.tables.proposals import Proposal, changed
from runtime.contracts import Conflict, Fault, Problem, Refused
from runtime.exchange import service as imports
from runtime.exchange.surveys import service as surveys
from runtime.exchange.words import message_of
from runtime.http.frame import stand_among_apps
from runtime.http.language import in_words
from runtime.http.pages import wants_part
from runtime.releases import service as releases
from runtime.security.access import power

blueprint = Blueprint("tables", __name__, template_folder="templates", url_prefix="/t/<tenant>/from-tables")
blueprint.before_request(stand_among_apps)

SHOWN = 20
"""So many rows with something to be said are shown of each import."""


@blueprint.post("/")
@power("admin")
def send(tenant: str) -> Any:
    """Files to be looked through."""
    files = [file for file in request.files.getlist("tables") if file.filename]
    try:
        survey = surveys.start([(file.stream, file.filename or "") for file in files], g.actor, _home())
    except Fault as fault:
        flash(in_words(fault.why), "danger")
        return redirect(f"/t/{tenant}/new-app", 303)
    finally:
        for file in files:
            file.close()
    return redirect(url_for("tables.show", tenant=tenant, survey=survey.id), 303)


@blueprint.get("/<uuid:survey>")
@power("admin")
def show(tenant: str, survey: str) -> str:
    """How far it is: being looked through, to be decided about, or coming in."""
    return _page(surveys.find(str(survey), g.actor))


@blueprint.post("/<uuid:survey>")
@power("admin")
def make(tenant: str, survey: str) -> Any:
    """Make the app as it was reviewed."""
    found = surveys.find(str(survey), g.actor)
    if found.state != "done":
        return _page(found), 409
    proposal = changed(service.proposal_of(found), request.form)
    try:
        service.make(found, proposal, _("Member"), g.actor)
    except Refused as refused:
        return _page(found, proposal, refused.problems), 422
    except Conflict:
        pass  # sent twice: the app is there
    return redirect(url_for("tables.show", tenant=tenant, survey=found.id), 303)


def _page(survey: Any, proposal: Proposal | None = None, problems: Iterable[Problem] = ()) -> str:
    shown = [{"target": "title" if problem.pointer == "/title" else "", "message": in_words(problem.message)}
             for problem in problems]  # fmt: skip
    stage = {"survey": survey, "why": in_words(message_of(survey.why)) if survey.why else "", "problems": shown}
    if survey.app_id:
        stage |= _coming_in(survey)
    elif survey.state == "done":
        stage |= {"proposal": proposal or service.proposal_of(survey), "kinds": KINDS}
    return render_template(f"builder/gallery/tables/{'stage' if wants_part() else 'page'}.html", **stage)


def _coming_in(survey: Any) -> dict[str, Any]:
    app = releases.find_app(str(survey.app_id))
    titles = {key: form["title"] for key, form in releases.current(app.id).all("forms").items()}
    jobs = service.imports_of(survey, g.actor)
    notes = imports.first_notes([job.id for job in jobs], SHOWN)
    return {
        "app": app, "jobs": [(job, titles.get(job.form, job.form), _said(notes[job.id])) for job in jobs],
        "busy": any(job.state in ("waiting", "running") for job in jobs),
    }  # fmt: skip


def _said(notes: Iterable[Any]) -> list[tuple[int, str, str]]:
    return [(note.row, note.field, in_words(message_of(note.message))) for note in notes]


def _home() -> Path:
    return Path(current_app.config["TRELLIS_HOME"])
