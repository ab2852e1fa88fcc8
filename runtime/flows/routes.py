"""Pages of runs and incidents, and the button that starts a flow."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.actions import registry as actions
from runtime.contracts import Conflict, Forbidden, NotFound, TooMuch
from runtime.db import new_id
from runtime.flows import service, shown
from runtime.flows.incidents import service as incidents
from runtime.flows.overview import service as overview
from runtime.flows.picture.drawing import STYLES
from runtime.flows.pressing import service as pressing
from runtime.flows.showing import service as showing
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.security.access import builder, member
from runtime.security.addresses import local_path
from runtime.triggers import registry as triggers

blueprint = Blueprint("flows", __name__, template_folder="templates", url_prefix="/t/<tenant>")

KINDS: dict[str, Any] = {**triggers, **actions}
ACTS = {"retry": service.retry, "skip": service.skip, "cancel": service.cancel}


@blueprint.get("/a/<app>/runs/")
@builder
def runs(tenant: str, app: str) -> str:
    """The app's runs, the newest first."""
    found = releases.find_live(app)
    chosen = {name: request.args.get(name, "") for name in ("flow", "state")}
    before = _id(request.args.get("before"))
    query = service.RunQuery([found.id], chosen["flow"] or None, chosen["state"] or None, before=before)
    rows, more = overview.run_lines(query, page_lang())
    flows = overview.flow_titles(found.id, page_lang())
    return render_template("flows/runs.html", app=found, rows=rows, more=more, flows=flows, chosen=chosen, shown=shown)


@blueprint.get("/a/<app>/runs/<uuid:run>")
@builder
def run(tenant: str, app: str, run: UUID) -> str:
    """One run, step by step."""
    found = releases.find_live(app)
    row = _of_app(str(run), found.id)
    picture = showing.picture(row, g.actor, page_lang(), translator())
    g.extra_styles = STYLES
    return render_template(
        "flows/run.html",
        app=found,
        run=row,
        line=overview.line_of(row, page_lang()),
        picture=picture,
        way={name: picture.told[name] for name in ("states", "words", "taken")},
        begun=next((node["title"] for node in picture.drawing["nodes"] if node["id"] == row.trigger), row.trigger),
        icons=sorted({node["icon"] for node in picture.drawing["nodes"]}),
        newer=found.release is not None and row.release < found.release,
        opened=incidents.of_run(row.id),
        shown=shown,
    )


@blueprint.post("/a/<app>/runs/<uuid:run>/<any(retry,skip,cancel):act>")
@builder
def mend(tenant: str, app: str, run: UUID, act: str) -> Response:
    """Retry, skip or stop."""
    row = _of_app(str(run), releases.find_live(app).id)
    try:
        if act == "retry":
            service.retry(row.id, g.actor, newer=request.form.get("newer") == "yes")
        else:
            ACTS[act](row.id, g.actor)
        flash(_said(act), "success")
    except Conflict as refused:
        flash(in_words(refused.why), "danger")
    return redirect(url_for("flows.run", tenant=tenant, app=app, run=row.id), 303)


def _said(act: str) -> str:
    return {
        "retry": _("The failed step is tried again."),
        "skip": _("The run goes on without the failed step."),
        "cancel": _("The run was stopped."),
    }[act]


@blueprint.get("/a/<app>/buttons")
@blueprint.get("/a/<app>/f/<form>/<uuid:record>/buttons")
@member
def buttons(tenant: str, app: str, form: str | None = None, record: UUID | None = None) -> str:
    """The flows that the reader may start here, as a part of the app's home or of a record's page."""
    id, app_id = str(record) if record else None, releases.find_live(app).id
    if form and id:
        found = pressing.at_record(app_id, form, id, g.actor, page_lang())
    else:
        found = pressing.at_app(app_id, g.actor, page_lang())
    here = f"/t/{tenant}/a/{app}/" + (f"f/{form}/{id}" if record else "")
    return render_template("flows/buttons.html", buttons=found, here=here, base=f"/t/{tenant}/a/{app}", record=id)


@blueprint.get("/a/<app>/f/<form>/buttons")
@member
def list_buttons(tenant: str, app: str, form: str) -> str:
    """The flows that the reader may start for records chosen in a list, as a part of its page; empty for none."""
    found = pressing.at_list(releases.find_live(app).id, form, g.actor, page_lang())
    base = f"/t/{tenant}/a/{app}"
    return render_template("flows/chosen.html", buttons=found, here=f"{base}/f/{form}/", base=base, once=new_id())


@blueprint.post("/a/<app>/flows/<flow>/start-all")
@member
def start_all(tenant: str, app: str, flow: str) -> Response:
    """Press a flow's button for the chosen records; a second click of the same page starts nothing twice."""
    form = request.form
    try:
        once = form.get("once") or new_id()
        pressed = pressing.press_all(releases.find_live(app).id, flow, form.getlist("record"), g.actor, once)
        if pressed.started:
            flash(_("It has started for %(count)s records.", count=pressed.started), "success")
        if pressed.left:
            flash(_("%(count)s records were left out: it does not apply to them now.", count=pressed.left), "warning")
    except TooMuch as refused:
        flash(in_words(refused.why), "danger")
    return redirect(local_path(form.get("next"), url_for("views.home", tenant=tenant, app=app)), 303)


@blueprint.post("/a/<app>/flows/<flow>/start")
@member
def start(tenant: str, app: str, flow: str) -> Response:
    """Press a flow's button; the page's own `once` keeps a double click from starting two runs."""
    found = releases.find_live(app)
    record, form = _id(request.form.get("record")), request.form
    try:
        pressing.press(found.id, flow, record, g.actor, form.get("once") or None)
        flash(_("It has started."), "success")
    except Conflict as refused:
        flash(in_words(refused.why), "danger")
    return redirect(local_path(form.get("next"), url_for("views.home", tenant=tenant, app=app)), 303)


# --- incidents ---------------------------------------------------------------------------------


@blueprint.get("/incidents")
@member
def troubles(tenant: str) -> str:
    """What did not work, by cause."""
    groups = overview.troubles(_mine(), page_lang(), KINDS)
    return render_template("flows/incidents.html", groups=groups)


@blueprint.post("/incidents/<uuid:incident>/<any(retry,skip):act>")
@member
def mend_all(tenant: str, incident: UUID, act: str) -> Response:
    """Retry or skip everything that failed for the same reason."""
    one = incidents.find(str(incident))
    if one.app_id not in _mine():
        raise NotFound(message("There is no such incident."))
    mended, left = overview.mend_all(one, act, g.actor)
    if mended:
        flash(_("%(count)s done.", count=mended), "success")
    if left:
        flash(_("%(count)s could not be done.", count=left), "danger")
    return redirect(url_for("flows.troubles", tenant=tenant), 303)


def _mine() -> list[str]:
    """The apps that the reader may build."""
    mine = [app.id for app in releases.apps() if service.is_builder(g.actor, app.id)]
    if not mine and not g.actor.powers:
        raise Forbidden(message("Only those who build this app may do this."))
    return mine


def _of_app(run_id: str, app_id: str) -> Any:
    row = service.find_run(run_id)
    if row.app_id != app_id:
        raise NotFound(message("There is no such run."))
    return row


def _id(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
