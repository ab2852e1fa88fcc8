"""Exporting from a table's page: the file at once, or a page that says how far it is."""

from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from runtime.contracts import BadRequest
from runtime.exchange.exports import service
from runtime.exchange.exports.service import Asked
from runtime.exchange.words import message_of
from runtime.exchange.writing import KINDS
from runtime.files import service as files
from runtime.files.naming import cleaned
from runtime.http.frame import stand_at
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang, wants_part
from runtime.i18n import message
from runtime.records import service as records
from runtime.records.desks.service import At, Desk
from runtime.records.query import Query
from runtime.releases import service as releases
from runtime.security.access import member
from runtime.security.limits import limiter

blueprint = Blueprint("exports", __name__, template_folder="templates", url_prefix="/t/<tenant>")


@blueprint.post("/a/<app>/f/<form>/export")
@limiter.limit("30 per minute", key_func=lambda: g.actor.member_id, scope="export")
@member
def export(tenant: str, app: str, form: str) -> Any:
    """What the table lists, as a file; `whole` takes every field that may be read."""
    desk = Desk(app, form, At(g.actor, tenant, page_lang(), translator()), "export")
    asked = _asked(desk)
    count = records.page_of(desk.reading, Query(asked.filter, asked.sort, 1)).count or 0
    if count > service.AT_ONCE:
        job = service.start(asked, g.actor)
        return redirect(url_for("exports.show", tenant=tenant, export=job.id), 303)
    with service.written(asked, g.actor) as path:
        return _download(path.read_bytes(), cleaned(f"{desk.title}.{asked.kind}"))


@blueprint.get("/exports/<uuid:export>")
@member
def show(tenant: str, export: Any) -> str:
    """How far an export is; the file once it is done."""
    job = service.find(str(export), g.actor)
    why = in_words(message_of(job.why)) if job.why else ""
    app, below = releases.find_app(job.app_id).key, f"f/{job.form}/"
    stand_at(app, below)
    back = f"/t/{tenant}/a/{app}/{below}"
    page = f"exports/{'state' if wants_part() else 'page'}.html"
    gone = job.state == "done" and not files.described([job.file_id or ""])
    return render_template(page, job=job, why=why, back=back, gone=gone, most=service.MOST_ROWS)


def _asked(desk: Desk) -> Asked:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise BadRequest(message("Choose Excel or CSV."))
    listing = desk.listing(request.form, desk.table_views())
    columns = desk.all_columns() if request.form.get("whole") else listing.columns(desk.shown)
    names = tuple(column.name for column in columns)
    return Asked(desk.app.id, desk.form.key, kind, listing.whole_filter, listing.order, names, page_lang())


def _download(content: bytes, name: str) -> Response:
    answer = current_app.response_class(content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
