"""Pages for connections: what other systems flows may call, and with which credentials."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.connections import service
from runtime.connections.credentials import QUESTIONS
from runtime.connections.entering import Entered
from runtime.contracts import Fault, Problem, Refused
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.i18n import title_in
from runtime.identity.problems import listed
from runtime.releases import service as releases
from runtime.security.access import power
from runtime.security.limits import limiter

blueprint = Blueprint("connections", __name__, template_folder="templates", url_prefix="/t/<tenant>/connections")

Answer = str | tuple[str, int] | BaseResponse


@blueprint.get("")
@power("admin")
def everything(tenant: str) -> Answer:
    """All connections, and which apps may use them."""
    apps = {app.id: title_in(page_lang(), app) for app in releases.apps()}
    return render_template("connections/list.html", connections=service.connections(), apps=apps)


@blueprint.get("/new")
@power("admin")
def new(tenant: str) -> Answer:
    """The form for one more."""
    return _form(None, Entered("", "", "https://"))


@blueprint.post("")
@power("admin")
def add(tenant: str) -> Answer:
    """One more."""
    entered = _entered(request.form.get("key", "").strip())
    try:
        row = service.add(entered, g.actor)
    except Refused as refused:
        return _form(None, entered, refused.problems), 422
    return _saved(tenant, row.id)


@blueprint.get("/<uuid:connection>")
@power("admin")
def one(tenant: str, connection: UUID) -> Answer:
    """One connection; what is secret of it is not shown."""
    row = service.find(str(connection))
    return _form(row, Entered(row.key, row.title, row.address, row.kind, service.shown(row), tuple(row.apps)))


@blueprint.post("/<uuid:connection>")
@power("admin")
def change(tenant: str, connection: UUID) -> Answer:
    """Keep it as entered; empty secrets stay what they were."""
    row = service.find(str(connection))
    entered = _entered(row.key)
    try:
        service.change(row.id, entered, g.actor)
    except Refused as refused:
        return _form(row, entered, refused.problems), 422
    return _saved(tenant, row.id)


@blueprint.post("/<uuid:connection>/test")
@limiter.limit("20 per minute", key_func=lambda: g.actor.member_id, scope="connection-test")
@power("admin")
def test(tenant: str, connection: UUID) -> Answer:
    """Look at its address once, and say what came back."""
    try:
        answer = service.test(str(connection))
    except (Fault, OSError) as error:
        why = in_words(error.why) if isinstance(error, Fault) else str(error)
        flash(_("It could not be reached: %(error)s", error=why), "danger")
    else:
        kind = "success" if answer.status < 400 else "warning"
        flash(_("The other side answered %(status)s.", status=answer.status), kind)
    return redirect(url_for("connections.one", tenant=tenant, connection=connection), 303)


@blueprint.post("/<uuid:connection>/remove")
@power("admin")
def remove(tenant: str, connection: UUID) -> Answer:
    """Forget it with its secrets."""
    service.remove(str(connection), g.actor)
    flash(_("The connection is removed."), "success")
    return redirect(url_for("connections.everything", tenant=tenant), 303)


def _entered(key: str) -> Entered:
    form = request.form
    kind = form.get("kind", "none")
    secrets = {name: form.get(f"{kind}-{name}", "").strip() for name in QUESTIONS.get(kind, ())}
    return Entered(
        key, form.get("title", ""), form.get("address", "").strip(), kind, secrets, tuple(form.getlist("apps"))
    )


def _saved(tenant: str, id: str) -> BaseResponse:
    flash(_("Saved."), "success")
    return redirect(url_for("connections.one", tenant=tenant, connection=id), 303)


def _form(row: Any, entered: Entered, problems: Iterable[Problem] = ()) -> str:
    kinds = {
        "none": _("Nothing: it is open"),
        "bearer": _("A token (Bearer)"),
        "basic": _("User name and password"),
        "header": _("A key in a header"),
        "query": _("A key in the address, as group robots want it"),
        "signed": _("A signature of each call"),
    }
    labels = {
        ("header", "name"): _("Name of the header"),
        ("query", "name"): _("Name of the parameter"),
        "token": _("Token"),
        "user": _("User name"),
        "password": _("Password"),
        "value": _("Secret key"),
        "key": _("Signing key"),
    }
    questions = {kind: [(name, labels.get((kind, name)) or labels[name]) for name in QUESTIONS[kind]] for kind in kinds}
    wrong = [one | {"target": _input(entered, one["target"])} for one in listed(problems, _)]
    page = {"row": row, "entered": entered, "kinds": kinds, "questions": questions, "problems": wrong}
    return render_template("connections/form.html", apps=releases.apps(), **page)


def _input(entered: Entered, name: str) -> str:
    """The id of the input that a problem speaks of."""
    return f"{entered.kind}-{name}" if name in QUESTIONS.get(entered.kind, ()) and name != "key" else name
