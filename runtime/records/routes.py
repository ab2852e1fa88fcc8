"""Pages of records: the table of a form, one record, deleting it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.contracts import BadRequest, Change
from runtime.http.pages import page_lang
from runtime.i18n import message, text_in
from runtime.records import service
from runtime.records.filterbar import chips, choices_of, condition_of, is_choice, offered, refs_in, together
from runtime.records.listing import Listing, listing_of
from runtime.records.showing import facts_of, groups_of, story_of
from runtime.records.table import Column, column_of, columns_of, refs_of, rows_of, values_of
from runtime.releases.service import find_app
from runtime.security import member
from widgets.base import Reader

blueprint = Blueprint("records", __name__, template_folder="templates")

FORM = "/t/<tenant>/a/<app>/f/<form>"
TABS = ("facts", "history", "related")


@blueprint.get(f"{FORM}/")
@member
def table(tenant: str, app: str, form: str) -> str | Response:
    """The records of a form as a table; on a phone as cards."""
    desk = Desk(app, form)
    listing = desk.listing()
    if "op" in request.args:
        filter = together(listing.filter, desk.condition())
        desk.reading.matching(filter)  # refuses here what could not be asked there
        return redirect(listing.address(filter=filter), 303)
    page = service.page_of(desk.reading, listing.query())
    columns = listing.columns(desk.reading.rights.fields & desk.readable())
    rows = [values_of(record) for record in page.items]
    reader = desk.reader(refs_of(columns, rows), refs_in(listing.filter, desk.column))
    return render_template(
        "records/table.html",
        desk=desk,
        listing=listing,
        page=page,
        columns=[(column, listing.is_sortable(column.name), *listing.sorted_by(column.name)) for column in columns],
        rows=list(rows_of(columns, page.items, reader, desk.url)),
        chips=chips(listing.filter, desk.column, desk.kinds, reader),
        fields=desk.asked_fields(),
    )


@blueprint.get(f"{FORM}/condition")
@member
def condition(tenant: str, app: str, form: str) -> str:
    """How a chosen field may be compared, and with what: the second half of adding a condition."""
    desk = Desk(app, form)
    column, reader = desk.chosen(), desk.reader()
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
    desk = Desk(app, form)
    found = service.read_in(desk.reading, str(record))
    tab = request.args.get("tab") if request.args.get("tab") in TABS else "facts"
    shown = {"facts": desk.facts, "history": desk.story, "related": desk.related}[str(tab)](found)
    label = service.label_of(found.data, desk.form.label, found.id)
    return render_template(
        "records/record.html", desk=desk, record=found, label=label, tab=tab, key_facts=desk.key_facts(found), **shown
    )


@blueprint.post(f"{FORM}/<uuid:record>/delete")
@member
def delete(tenant: str, app: str, form: str, record: Any) -> Response:
    """Delete a record and go back to the table."""
    desk = Desk(app, form)
    found = service.read_in(desk.reading, str(record))
    service.change(Change(desk.app.id, form, "delete", record_id=found.id), g.actor)
    flash(_("%(label)s: deleted.", label=service.label_of(found.data, desk.form.label, found.id)), "success")
    return redirect(desk.url, 303)


# --- one form read by one person ---------------------------------------------------------------------


class Desk:
    """A form opened for one request: its addresses, its columns, and labels fetched kind by kind."""

    def __init__(self, app: str, form: str) -> None:
        self.app = find_app(app)
        self.reading = service.begin(self.app.id, form, g.actor)
        self.form = self.reading.form
        self.lang = page_lang()
        self.app_url = f"/t/{g.tenant.key}/a/{self.app.key}/"
        self.url = f"{self.app_url}f/{form}/"
        self.asked = self.reading.columns()
        self.kinds = self.asked.kinds
        self.title = text_in(self.lang, self.form.document, "title")
        self.may_create = self.reading.rights.may("create")

    def listing(self) -> Listing:
        """The table that the address asks for."""
        views = self.reading.published.all("views")
        return listing_of(self.form, views, self.asked, self.url, self.lang, request.args)

    def readable(self) -> frozenset[str]:
        """The fields that are shown of some row."""
        rights = self.reading.rights
        return rights.fields if rights.everything else frozenset().union(*(policy.read for policy in rights.policies))

    def column(self, name: str) -> Column | None:
        """A field that may be asked about, as a column."""
        usable = name in self.asked.usable or name not in self.form.fields
        return column_of(self.form, name, self.lang) if usable else None

    def asked_fields(self) -> list[Column]:
        """The fields a condition may be about."""
        names = [*self.form.fields, "owner", "created_at", "updated_at"]
        return columns_of(self.form, names, frozenset(self.asked.usable), self.lang)

    def chosen(self) -> Column:
        """The field a new condition is about; raises BadRequest."""
        column = self.column(request.args.get("field", ""))
        if column is None:
            raise BadRequest(message("There is no such field to ask about."))
        return column

    def condition(self) -> dict[str, Any]:
        """The new condition that the address brings."""
        column = self.chosen()
        return condition_of(request.args, column, self.kinds[column.name], self.reader())

    def reader(self, *refs: Mapping[str, Iterable[str]]) -> Reader:
        """For whom values are shown, with the labels of all that is referred to; one query for each kind."""
        wanted: dict[str, set[str]] = {}
        for some in refs:
            for target, ids in some.items():
                wanted.setdefault(target, set()).update(ids)
        labels = service.names(self.app.id, wanted, g.actor)
        files = f"/t/{g.tenant.key}/files/"
        return Reader(self.lang, g.actor.timezone, labels, files, partial(text_in, self.lang), _)

    def key_facts(self, record: service.Record) -> list[Any]:
        """Who owns the record and when it was made and changed."""
        columns = columns_of(self.form, ("owner", "created_at", "updated_at"), frozenset(), self.lang)
        return facts_of(columns, values_of(record), self.reader(refs_of(columns, [values_of(record)])), self.app_url)

    def facts(self, record: service.Record) -> dict[str, Any]:
        """All answers in the order of the form."""
        order = [name for name in self.form.unfold(record.data).order if name in record.data]
        columns = columns_of(self.form, dict.fromkeys([*order, *record.data]), frozenset(record.data), self.lang)
        reader = self.reader(refs_of(columns, [record.data]))
        return {"facts": facts_of(columns, record.data, reader, self.app_url)}

    def story(self, record: service.Record) -> dict[str, Any]:
        """What was changed, by whom, when."""
        entries = service.history(self.app.id, self.form.key, record.id, g.actor)
        names = dict.fromkeys(name for entry in entries for name in (*entry.new, *entry.old))
        columns = columns_of(self.form, names, self.reading.rights.fields, self.lang)
        sides = [side for entry in entries for side in (entry.old, entry.new)]
        people = {"@person": {entry.actor_id for entry in entries if entry.actor_id}}
        return {"story": story_of(entries, columns, self.reader(refs_of(columns, sides), people))}

    def related(self, record: service.Record) -> dict[str, Any]:
        """The records that link here, by form."""
        found = service.related(self.app.id, self.form.key, record.id, g.actor)
        return {"groups": groups_of(found, self.reading.published, self.app_url, self.lang)}
