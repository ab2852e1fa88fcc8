"""Pages of records: the table of a form, one record, deleting it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.contracts import Change, Refused
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang
from runtime.records import service
from runtime.records.desks.service import At, Desk
from runtime.records.filterbar import choices_of, is_choice, offered
from runtime.records.listing import Listing
from runtime.records.query import sort_of
from runtime.records.saving import service as saving
from runtime.records.table import rows_of, values_of
from runtime.security.access import member

blueprint = Blueprint("records", __name__, template_folder="templates")

FORM = "/t/<tenant>/a/<app>/f/<form>"
TABS = ("facts", "history", "related")


@blueprint.get(f"{FORM}/")
@member
def table(tenant: str, app: str, form: str) -> str | Response:
    """The records of a form as a table; on a phone as cards."""
    desk = open_desk(app, form)
    listing = desk.listing(request.args, desk.table_views())
    if "op" in request.args:
        return redirect(desk.narrowed(listing, request.args), 303)
    page = service.page_of(desk.reading, listing.query())
    columns = listing.columns(desk.shown)
    rows = [values_of(record) for record in page.items]
    reader = desk.reader_for(listing, columns, rows)
    return render_template(
        "records/table.html",
        desk=desk,
        listing=listing,
        page=page,
        columns=[(column, listing.is_sortable(column.name), *listing.sorted_by(column.name)) for column in columns],
        rows=list(rows_of(columns, page.items, reader, desk.url)),
        chips=desk.chips(listing, reader),
        lost=bool(request.args.get("view")) and listing.view is None,
    )


@blueprint.get(f"{FORM}/condition")
@member
def condition(tenant: str, app: str, form: str) -> str:
    """How a chosen field may be compared, and with what: the second half of adding a condition."""
    desk = open_desk(app, form)
    column, reader = desk.chosen(request.args), desk.reader()
    kind = desk.kinds[column.name]
    target = (column.field.schema.get("x-ref") or {}).get("form") or "@person"
    return render_template(
        "records/condition.html",
        ops=offered(column, kind),
        kind=kind,
        choices=choices_of(column, reader) if is_choice(column) else [],
        search_url=f"{desk.app_url}search/{target}",
    )


@blueprint.post(f"{FORM}/views")
@member
def save_view(tenant: str, app: str, form: str) -> Response:
    """Keep what is listed as a view, for oneself or for all."""
    desk, listing = _said(app, form)
    sent, rights = request.form, desk.reading.rights
    said = listing.saved(desk.shown)
    try:
        id = saving.save(desk.app.id, form, sent.get("title", ""), said, "shared" in sent, rights, g.actor)
    except Refused as refused:
        flash(in_words(refused.problems[0].message), "danger")
        return redirect(listing.address(), 303)
    flash(_("View saved."), "success")
    return redirect(f"{desk.url}?view={id}", 303)


@blueprint.post(f"{FORM}/views/<uuid:saved>")
@member
def keep_view(tenant: str, app: str, form: str, saved: Any) -> Response:
    """Let an open view say what is listed now."""
    desk, listing = _said(app, form)
    said = listing.saved(desk.shown)
    saving.keep(str(saved), desk.app.id, form, lambda before: said, desk.reading.rights, g.actor)
    flash(_("View saved."), "success")
    return redirect(f"{desk.url}?view={saved}", 303)


@blueprint.post(f"{FORM}/views/<uuid:saved>/delete")
@member
def remove_view(tenant: str, app: str, form: str, saved: Any) -> Response:
    """Take a saved view away."""
    desk = open_desk(app, form)
    saving.remove(str(saved), desk.app.id, form, desk.reading.rights, g.actor)
    flash(_("View deleted."), "success")
    return redirect(desk.url, 303)


def _said(app: str, form: str) -> tuple[Desk, Listing]:
    """What the page that sends a view has listed; refused where it could not be."""
    desk = open_desk(app, form)
    listing = desk.listing(request.form, desk.table_views())
    desk.reading.matching(listing.whole_filter)
    sort_of(listing.order, desk.asked)
    return desk, listing


@blueprint.get(f"{FORM}/<uuid:record>")
@member
def show(tenant: str, app: str, form: str, record: Any) -> str:
    """One record: what it says, how it came to be, what links to it."""
    desk = open_desk(app, form)
    found = service.read_in(desk.reading, str(record))
    tab = request.args.get("tab") if request.args.get("tab") in TABS else "facts"
    shown = {"facts": desk.facts, "history": desk.story, "related": desk.related}[str(tab)](found)
    label = service.label_of(found.data, desk.form.label, found.id)
    return render_template(
        "records/record.html", desk=desk, record=found, label=label, tab=tab, key_facts=desk.key_facts(found),
        bar=desk.stages(found), **shown,
    )  # fmt: skip


@blueprint.post(f"{FORM}/<uuid:record>/delete")
@member
def delete(tenant: str, app: str, form: str, record: Any) -> Response:
    """Delete a record and go back to the table."""
    desk = open_desk(app, form)
    found = service.read_in(desk.reading, str(record))
    service.change(Change(desk.app.id, form, "delete", record_id=found.id), g.actor)
    flash(_("%(label)s: deleted.", label=service.label_of(found.data, desk.form.label, found.id)), "success")
    return redirect(desk.url, 303)


def open_desk(app: str, form: str) -> Desk:
    """The form for whom this request is from."""
    return Desk(app, form, At(g.actor, g.tenant.key, page_lang(), translator()))
