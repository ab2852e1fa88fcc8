"""The pages of an import: choose a file, say what its columns fill, try it, import it, mend it, take it back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Fault, Forbidden, Problem, Refused
from runtime.exchange import service as imports
from runtime.exchange.mapping import Column
from runtime.exchange.uploads import service
from runtime.exchange.uploads.columns import asked_in, choices, shown
from runtime.exchange.uploads.service import Upload
from runtime.exchange.words import message_of
from runtime.http.frame import stand_at
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang, wants_part
from runtime.i18n import message, text_in
from runtime.records.desks.service import At, Desk
from runtime.releases import service as releases
from runtime.security.access import member
from runtime.security.limits import limiter

blueprint = Blueprint("uploads", __name__, template_folder="templates", url_prefix="/t/<tenant>")

Answer = str | tuple[str, int] | BaseResponse
FORM = "/a/<app>/f/<form>/import"
SHOWN = 50
"""Rows with problems that are listed; all of them stand in the file."""


@blueprint.get(FORM)
@member
def choose(tenant: str, app: str, form: str) -> Answer:
    """Choose a file; and what was imported lately."""
    return _choose_page(_desk(app, form))


@blueprint.post(FORM)
@limiter.limit("30 per minute", key_func=lambda: g.actor.member_id, scope="import")
@member
def send(tenant: str, app: str, form: str) -> Answer:
    """Keep the file and go on to its columns."""
    desk = _desk(app, form)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _choose_page(desk, _("Choose a file first.")), 422
    try:
        file = service.keep(sent.stream, sent.filename, g.actor, _home())
    except Fault as fault:
        if fault.status not in (400, 413):
            raise
        return _choose_page(desk, in_words(fault.why)), 422
    return redirect(url_for("uploads.columns", tenant=tenant, app=app, form=form, file=file), 303)


@blueprint.get(f"{FORM}/<uuid:file>")
@member
def columns(tenant: str, app: str, form: str, file: UUID) -> Answer:
    """What the columns fill, as guessed or as an earlier import had it."""
    desk = _desk(app, form)
    before = imports.find(request.args["like"], g.actor) if request.args.get("like") else None
    sheet = request.args.get("sheet") or (before.options["sheet"] if before else "")
    upload = service.opened(str(file), sheet, g.actor, _home())
    said = before.options if before else {"mode": "insert", "flows": True}
    return _columns_page(desk, upload, said, service.columns_of(before) if before else None)


@blueprint.post(f"{FORM}/<uuid:file>")
@member
def begin(tenant: str, app: str, form: str, file: UUID) -> Answer:
    """Try it, or import it."""
    desk = _desk(app, form)
    upload = service.opened(str(file), request.form.get("sheet", ""), g.actor, _home())
    asked = asked_in(upload.header, request.form.getlist("fills"), request.form)
    try:
        job = service.begin(desk.app.id, form, upload, asked, g.actor)
    except Refused as refused:
        chosen = [Column(name, to["field"], to["by"]) for name, to in asked["mapping"].items()]
        return _columns_page(desk, upload, asked, chosen, refused.problems), 422
    return redirect(url_for("uploads.show", tenant=tenant, job=job.id), 303)


@blueprint.get("/imports/<uuid:job>")
@member
def show(tenant: str, job: UUID) -> str:
    """How far an import is, and what became of its rows."""
    found = imports.look(str(job), g.actor)
    app = releases.find_app(found.app_id)
    published = releases.current(app.id)
    stand_at(app.key, f"f/{found.form}/")
    titles = _titles(found)
    page: dict[str, Any] = {"job": found, "titles": titles, "why": in_words(message_of(found.why)) if found.why else ""}
    page |= {"form": f"/t/{tenant}/a/{app.key}/f/{found.form}/", "title": _title(published, found)}
    if found.state not in ("waiting", "running", "undoing"):
        notes = [(note, _in_words(note, titles)) for note in imports.notes(found.id, limit=SHOWN)]
        page |= {"notes": notes, "by_field": imports.note_counts(found.id), "most": SHOWN}
    return render_template(f"uploads/{'state' if wants_part() else 'import'}.html", **page)


@blueprint.post("/imports/<uuid:job>/again")
@member
def again(tenant: str, job: UUID) -> Answer:
    """After a trial, in earnest."""
    made = service.again(imports.find(str(job), g.actor), g.actor, _home())
    return redirect(url_for("uploads.show", tenant=tenant, job=made.id), 303)


@blueprint.post("/imports/<uuid:job>/undo")
@member
def undo(tenant: str, job: UUID) -> Answer:
    """Take it back."""
    imports.undo(str(job), g.actor)
    flash(_("The import is being taken back."), "success")
    return redirect(url_for("uploads.show", tenant=tenant, job=job), 303)


@blueprint.get("/imports/<uuid:job>/problems.xlsx")
@member
def problems(tenant: str, job: UUID) -> Response:
    """The rows with problems as a workbook, to be mended and imported again."""
    found = imports.find(str(job), g.actor)
    titles = _titles(found)
    with service.problem_rows(found, _home(), _("Problem"), lambda note: _with_title(note, titles)) as path:
        answer = current_app.response_class(path.read_bytes(), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=_("Rows with problems") + ".xlsx")
    return answer


def _desk(app: str, form: str) -> Desk:
    desk = Desk(app, form, At(g.actor, g.tenant.key, page_lang(), translator()))
    if not desk.may_import:
        raise Forbidden(message("You may not do this with these records."))
    return desk


def _home() -> Path:
    return Path(current_app.config["TRELLIS_HOME"])


def _title(published: Any, job: Any) -> str:
    form = published.all("forms").get(job.form)
    return text_in(page_lang(), form, "title") if form else job.form


def _titles(job: Any) -> dict[str, str]:
    """What the reader calls the fields of the form that an import fills; empty where it is gone."""
    form = service.forms_of(job.app_id).get(job.form)
    fields = form.fields if form else {}
    return {name: text_in(page_lang(), field.schema, "title") or name for name, field in fields.items()}


def _in_words(note: Any, titles: Mapping[str, str]) -> str:
    return in_words(message_of(note.message, titles.get(note.field)))


def _with_title(note: Any, titles: Mapping[str, str]) -> str:
    text = _in_words(note, titles)
    return f"{titles.get(note.field, note.field)}: {text}" if note.field else text


def _choose_page(desk: Desk, problem: str = "") -> str:
    recent = service.recent(desk.app.id, desk.form.key, g.actor)
    listed = [{"target": "file", "message": problem}] if problem else []
    return render_template("uploads/choose.html", desk=desk, recent=recent, problems=listed)


def _columns_page(desk: Desk, upload: Upload, said: Any, chosen: Any, problems: Iterable[Problem] = ()) -> str:
    forms = service.forms_of(desk.app.id)
    offered = choices(desk.form, forms, desk.lang)
    plain = [choice for choice in offered if not choice.is_link]
    return render_template(
        "uploads/columns.html",
        desk=desk, upload=upload, said=said, choices=offered, keys=plain,
        columns=shown(desk.form, forms, upload.header, upload.rows, chosen),
        problems=[{"target": "columns", "message": in_words(problem.message)} for problem in problems],
    )  # fmt: skip
