"""Pages of records: the table of a form, one record, deleting it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.contracts import Change
from runtime.http.pages import page_lang
from runtime.records import service
from runtime.records.desks.service import At, Desk
from runtime.records.filterbar import choices_of, is_choice, offered
from runtime.records.table import rows_of, values_of
from runtime.security import member

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
    columns = listing.columns(desk.reading.rights.fields & desk.readable())
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
    return Desk(app, form, At(g.actor, g.tenant.key, page_lang(), lambda text: _(text)))
