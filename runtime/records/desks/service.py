"""One form read by one person: its addresses, columns, conditions, and the labels of what is shown, kind by kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from runtime.contracts import Actor, BadRequest, Forbidden, NotFound
from runtime.i18n import Translate, message, text_in
from runtime.records import service as records
from runtime.records.access import may_import
from runtime.records.asking import Arguments
from runtime.records.comments import service as comments
from runtime.records.filterbar import Chip, chips, condition_of, parts_of, refs_in, together
from runtime.records.listing import OWN, Address, Listing, listing_of
from runtime.records.record import Record
from runtime.records.saving import service as saving
from runtime.records.showing import Remark, facts_of, groups_of, story_of
from runtime.records.stages import Bar, stages_of
from runtime.records.table import Column, column_of, columns_of, refs_of, values_of
from runtime.records.views import View, open_views
from runtime.releases.service import find_live
from widgets.base import PERSON, Reader

MOST_CALLED = 200
"""Linked records that a listing is searched for by what they are called."""


@dataclass(frozen=True)
class At:
    """Where a page is read: by whom, in which tenant (its key) and language."""

    actor: Actor
    tenant: str
    lang: str
    translate: Translate


class Desk:
    """A form opened for one request, to be read or for another `act`: its addresses, its columns, and labels fetched
    kind by kind."""

    def __init__(self, app_key: str, form: str, at: At, act: str = "read") -> None:
        self.app = find_live(app_key)
        self.at, self.actor, self.lang = at, at.actor, at.lang
        self.reading = records.begin(self.app.id, form, at.actor, act)
        self.form = self.reading.form
        self.app_url = f"/t/{at.tenant}/a/{self.app.key}/"
        self.url = f"{self.app_url}f/{form}/"
        self.asked = self.reading.columns()
        self.kinds = self.asked.kinds
        self.title = text_in(self.lang, self.form.document, "title")
        self.may_create = self.reading.rights.may("create")
        self.may_act = any(self.reading.rights.may(act) for act in ("update", "delete"))
        self.may_import = may_import(self.reading.rights)
        self.may_export = self.reading.rights.may("export")
        self.may_share = self.reading.rights.may("share")

    def table_views(self) -> list[View]:
        """The tables of this form that the reader may open: those of the app, then what was saved."""
        views = open_views(self.reading.published, self.actor, self.lang, "table")
        mine = saving.views(self.app.id, self.form.key, self.actor, self.asked)
        return [*(view for view in views if view.form == self.form.key), *mine]

    def may_change(self, view: View | None) -> bool:
        """Whether an open view is the reader's to change."""
        return view is not None and saving.may_change(view, self.reading.rights, self.actor)

    @property
    def shown(self) -> frozenset[str]:
        """The fields that a table may have columns of."""
        return self.reading.rights.fields & self.readable()

    def listing(self, args: Arguments, views: Sequence[View]) -> Listing:
        """The table that an address asks for."""
        chosen = next((view for view in views if view.key == args.get("view")), None)
        return self._searching(listing_of(self.form, self.asked, Address(self.url, views, chosen), self.lang, args))

    def listing_in(self, view: View, url: str, args: Arguments) -> Listing:
        """What an address below a view's own asks for."""
        place = Address(url, (), view)
        return self._searching(listing_of(self.form, self.asked, place, self.lang, args, ("month", "list")))

    def _searching(self, listing: Listing) -> Listing:
        """The listing with the linked records that its words mean."""
        fields = listing.looked_into("ref") if listing.words else ()
        return replace(listing, linked={name: self._called(name, listing.words) for name in fields})

    def _called(self, field: str, words: str) -> list[str]:
        try:
            target = self.form.fields[field].schema["x-ref"]["form"]
            return [id for id, _ in records.search(self.app.id, target, words, self.actor, MOST_CALLED)]
        except (Forbidden, NotFound):
            return []

    def readable(self) -> frozenset[str]:
        """The fields that are shown of some row."""
        return self.reading.rights.readable_somewhere()

    def column(self, name: str) -> Column | None:
        """A field that may be asked about, as a column."""
        usable = name in self.asked.usable or name not in self.form.fields
        return column_of(self.form, name, self.lang) if usable else None

    def all_columns(self) -> list[Column]:
        """Every column a table may have."""
        names = [*self.form.fields, "owner", "created_at", "created_by", "updated_at", "updated_by"]
        return columns_of(self.form, names, self.shown, self.lang)

    def asked_fields(self) -> list[Column]:
        """The fields a condition may be about."""
        names = [*self.form.fields, "owner", "created_at", "updated_at"]
        return columns_of(self.form, names, frozenset(self.asked.usable), self.lang)

    def chosen(self, args: Arguments) -> Column:
        """The field a new condition is about; raises BadRequest."""
        column = self.column(args.get("field") or "")
        if column is None:
            raise BadRequest(message("There is no such field to ask about."))
        return column

    def narrowed(self, listing: Listing, args: Arguments) -> str:
        """The address of the listing with the new condition that `args` bring; raises BadRequest."""
        column = self.chosen(args)
        condition = condition_of(args, column, self.kinds[column.name], self.reader())
        filter = together(listing.filter, condition)
        self.reading.matching(filter)  # refuses here what could not be asked there
        return listing.address(filter=filter)

    def chips(self, listing: Listing, reader: Reader) -> list[Chip]:
        """The conditions of the address in words, without the one that has a switch of its own."""
        found = zip(parts_of(listing.filter), chips(listing.filter, self.column, self.kinds, reader), strict=True)
        return [chip for part, chip in found if part != OWN]

    def reader_for(self, listing: Listing, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Reader:
        """For whom cells and conditions are shown, with the labels of both."""
        return self.reader(refs_of(columns, rows), refs_in(listing.filter, self.column))

    def reader(self, *refs: Mapping[str, Iterable[str]]) -> Reader:
        """For whom values are shown, with the labels of all that is referred to; one query for each kind."""
        wanted: dict[str, set[str]] = {}
        for some in refs:
            for target, ids in some.items():
                wanted.setdefault(target, set()).update(ids)
        labels = records.names(self.app.id, wanted, self.actor)
        files = f"/t/{self.at.tenant}/files/"
        return Reader(self.lang, self.actor.timezone, labels, files, partial(text_in, self.lang), self.at.translate)

    def key_facts(self, record: Record) -> list[Any]:
        """Who owns the record and when it was made and changed."""
        columns = columns_of(self.form, ("owner", "created_at", "updated_at"), frozenset(), self.lang)
        return facts_of(columns, values_of(record), self.reader(refs_of(columns, [values_of(record)])), self.app_url)

    def stages(self, record: Record) -> Bar | None:
        """The bar on which this reader may move the record along; None where no board of the form says so."""
        boards = open_views(self.reading.published, self.actor, self.lang, "kanban")

        def had(field: str) -> list[Any]:
            entries = records.history(self.app.id, self.form.key, record.id, self.actor)
            return [entry.new[field] for entry in entries if field in entry.new]

        for view in (view for view in boards if view.form == self.form.key and "update" in record.acts):
            column = self.column(str(view.document["group"]))
            bar = stages_of(view, column, record.data.get(column.name), self.reader(), had) if column else None
            if bar is not None:
                return bar
        return None

    def facts(self, record: Record) -> dict[str, Any]:
        """All answers in the order of the form."""
        order = [name for name in self.form.unfold(record.data).order if name in record.data]
        columns = columns_of(self.form, dict.fromkeys([*order, *record.data]), frozenset(record.data), self.lang)
        reader = self.reader(refs_of(columns, [record.data]))
        return {"facts": facts_of(columns, record.data, reader, self.app_url)}

    def story(self, record: Record) -> dict[str, Any]:
        """What was changed and said, by whom, when."""
        remarks = comments.comments(record.id)
        entries = records.history(self.app.id, self.form.key, record.id, self.actor)
        names = dict.fromkeys(name for entry in entries for name in (*entry.new, *entry.old))
        columns = columns_of(self.form, names, self.reading.rights.fields, self.lang)
        sides = [side for entry in entries for side in (entry.old, entry.new)]
        people = {entry.actor_id for entry in entries if entry.actor_id} | {one.member_id for one in remarks}
        reader = self.reader(refs_of(columns, sides), {PERSON: people})
        told = [*story_of(entries, columns, reader), *(self._remark(one, reader) for one in remarks)]
        return {"story": sorted(told, key=lambda step: step.at, reverse=True)}

    def _remark(self, one: Any, reader: Reader) -> Remark:
        who = reader.labels.get((PERSON, one.member_id)) or message("Somebody who has left")
        what = message("removed a comment") if one.removed_at else message("says")
        removable = not one.removed_at and comments.may_remove(one, self.actor)
        return Remark(one.id, who, what, one.text, one.created_at, removable)

    def related(self, record: Record) -> dict[str, Any]:
        """The records that link here, by form."""
        found = records.related(self.app.id, self.form.key, record.id, self.actor)
        return {"groups": groups_of(found, self.reading.published, self.app_url, self.lang)}
