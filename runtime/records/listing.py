"""The table page of a form as its address says it: view, filter, words searched for, order, place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import simplejson

from runtime.answers import Form
from runtime.i18n import text_in
from runtime.records.asking import Arguments, filter_in, names_of
from runtime.records.compiled import fields_of_filter
from runtime.records.filterbar import together
from runtime.records.filters import Columns
from runtime.records.query import Query
from runtime.records.table import Column, columns_of, usual_columns

ROWS = 50


@dataclass(frozen=True)
class View:
    """A view of the form that the reader may choose."""

    key: str
    title: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """What the address asks for; every address made from it keeps the rest as it is."""

    form: Form
    asked: Columns
    url: str
    lang: str
    views: Sequence[View]
    view: View | None
    filter: Mapping[str, Any] | None
    sort: tuple[str, ...]
    words: str
    cursor: str | None

    def query(self) -> Query:
        """The page of records asked for."""
        document = self.view.document if self.view else {}
        label = self.form.label
        worded = {"field": label, "op": "contains", "value": self.words} if self.words and label else None
        filter = together(document.get("filter"), self.filter, worded)
        return Query(filter, self.sort or tuple(document.get("sort") or ()), ROWS, self.cursor)

    def columns(self, readable: frozenset[str]) -> list[Column]:
        """The columns of the view, or the usual ones."""
        names = (self.view.document.get("columns") if self.view else None) or usual_columns(self.form, readable)
        return columns_of(self.form, names, readable, self.lang)

    def address(self, **other: Any) -> str:
        """This table with something else in it; from its first page, unless a cursor is given."""
        given = self.kept(**other)
        return f"{self.url}?{urlencode(given)}" if given else self.url

    def kept(self, **other: Any) -> dict[str, str]:
        """What the address says, by name, with something else in it; None leaves a part out."""
        mine = {"view": self.view.key if self.view else "", "filter": self.filter, "sort": self.sort, "q": self.words}
        said = mine | other
        return {name: value if isinstance(value, str) else _json(value) for name, value in said.items() if value}

    def sorted_by(self, name: str) -> tuple[str, str]:
        """How a column is sorted ("ascending", "descending", "none"), and the address of its next order."""
        if self.sort == (name,):
            return "ascending", self.address(sort=(f"-{name}",))
        if self.sort == (f"-{name}",):
            return "descending", self.address(sort=())
        return "none", self.address(sort=(name,))

    def is_sortable(self, name: str) -> bool:
        """Whether records may be ordered by a column."""
        return name in self.asked.kinds and self.may_ask(name) and self.asked.kinds[name] not in ("many", "files")

    def may_ask(self, name: str) -> bool:
        """Whether a field may be filtered and sorted by."""
        return name in self.asked.usable or name not in self.form.fields


def _json(value: Any) -> str:
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":"))


def listing_of(
    form: Form, documents: Mapping[str, Mapping[str, Any]], asked: Columns, url: str, lang: str, args: Arguments
) -> Listing:
    """The table an address asks for; raises BadRequest."""
    views = [
        View(key, text_in(lang, document, "title") or key, document)
        for key, document in documents.items()
        if document.get("kind") == "table" and document.get("form") == form.key and _is_open(document, asked)
    ]
    chosen = next((view for view in views if view.key == args.get("view")), None)
    return Listing(
        form=form,
        asked=asked,
        url=url,
        lang=lang,
        views=views,
        view=chosen,
        filter=filter_in(args.get("filter")),
        sort=tuple(names_of(args.getlist("sort"))),
        words=(args.get("q") or "").strip()[:200] if form.label in asked.usable else "",
        cursor=args.get("cursor") or None,
    )


def _is_open(document: Mapping[str, Any], asked: Columns) -> bool:
    """Whether the reader may ask about all that a view asks about."""
    names = [
        *fields_of_filter(document.get("filter")),
        *(name.removeprefix("-") for name in document.get("sort") or ()),
    ]
    return all(name in asked.usable or name not in asked.schemas for name in names)
