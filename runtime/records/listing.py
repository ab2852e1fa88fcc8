"""A listing of a form's records as its address says it: view, filter, words searched for, order, place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from runtime.answers import Form
from runtime.records.asking import Arguments, filter_in, json_text, names_of
from runtime.records.filterbar import parts_of, together
from runtime.records.filters import Columns
from runtime.records.query import Query
from runtime.records.table import Column, columns_of, usual_columns
from runtime.records.views import View

ROWS = 50
MOST_COLUMNS = 100
MOST_LOOKED_INTO = 6
"""Fields of a kind in which words are searched for; each of them is read in every record."""

OWN: Mapping[str, Any] = {"field": "owner", "op": "eq", "value": {"me": True}}


@dataclass(frozen=True)
class Address:
    """Where a listing stands: its page, the views it offers there, and the one that is open."""

    url: str
    views: Sequence[View]
    view: View | None


@dataclass(frozen=True)
class Mine:
    """A switch: whether it is on, and the address that turns it."""

    on: bool
    url: str


@dataclass(frozen=True)
class Listing:
    """What the address asks for; every address made from it keeps the rest as it is."""

    form: Form
    asked: Columns
    place: Address
    lang: str
    filter: Mapping[str, Any] | None
    sort: tuple[str, ...]
    words: str
    chosen: tuple[str, ...]
    cursor: str | None
    extra: Mapping[str, str] = field(default_factory=dict)
    """What else the address says and every address made from it keeps."""

    linked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The records that are called as the words say, by the field that links to them."""

    @property
    def url(self) -> str:
        """The page without anything behind the question mark."""
        return self.place.url

    @property
    def views(self) -> Sequence[View]:
        """The views offered here."""
        return self.place.views

    @property
    def view(self) -> View | None:
        """The view that is open."""
        return self.place.view

    @property
    def said(self) -> Mapping[str, Any]:
        """What the open view's document says."""
        return self.view.document if self.view else {}

    @property
    def whole_filter(self) -> dict[str, Any] | None:
        """All that a record must meet to be listed."""
        return together(
            self.said.get("filter"), self.filter, self._worded if self.words and self.is_searchable else None
        )

    @property
    def _worded(self) -> dict[str, Any]:
        """What a record must meet to be found by the words, in one of the fields that are looked into."""
        texts = [{"field": name, "op": "like", "value": self.words} for name in self.looked_into("text")]
        links = [{"field": name, "op": "in", "value": list(ids)} for name, ids in self.linked.items() if ids]
        return {"or": [*texts, *links]}

    @property
    def is_searchable(self) -> bool:
        """Whether there is a field in which words may be searched for."""
        return any(self.looked_into(kind) for kind in ("text", "ref"))

    def looked_into(self, kind: str) -> list[str]:
        """The fields of a kind in which words are searched for: a record's name, what is unique, what is shown."""
        fields, asked = self.form.fields, self.asked
        unique = [name for name, one in fields.items() if one.schema.get("x-unique")]
        shown = self.chosen or self.said.get("columns") or usual_columns(self.form, frozenset(asked.usable))
        names = [name for name in dict.fromkeys([self.form.label, *unique, *shown]) if name in fields]
        alike = [name for name in names if name in asked.usable and asked.kinds[name] == kind]
        return [name for name in alike if _is_searched(fields[name].schema)][:MOST_LOOKED_INTO]

    @property
    def order(self) -> tuple[str, ...]:
        """The order asked for, else the view's."""
        return self.sort or tuple(self.said.get("sort") or ())

    @property
    def changed(self) -> bool:
        """Whether the address asks for something else than the open view."""
        return bool(self.filter or self.sort or self.chosen)

    def saved(self, readable: frozenset[str]) -> dict[str, Any]:
        """What is listed, as a view says it; the words that are searched for are for now only."""
        filter = together(self.said.get("filter"), self.filter)
        columns = [column.name for column in self.columns(readable)]
        return {"columns": columns, "sort": list(self.order), **({"filter": filter} if filter else {})}

    def query(self) -> Query:
        """The page of records asked for."""
        return Query(self.whole_filter, self.order, ROWS, self.cursor)

    def columns(self, readable: frozenset[str]) -> list[Column]:
        """The columns of the view, or the usual ones."""
        names = self.chosen or self.said.get("columns") or usual_columns(self.form, readable)
        return columns_of(self.form, names, readable, self.lang)

    def address(self, **other: Any) -> str:
        """This table with something else in it; from its first page, unless a cursor is given."""
        given = self.kept(**other)
        return f"{self.url}?{urlencode(given)}" if given else self.url

    def kept(self, **other: Any) -> dict[str, str]:
        """What the address says, by name, with something else in it; None leaves a part out."""
        view = self.view.key if self.view in self.views and self.view else ""
        mine = {"view": view, "filter": self.filter, "sort": self.sort, "q": self.words, "columns": self.chosen}
        said = mine | dict(self.extra) | other
        return {name: value if isinstance(value, str) else json_text(value) for name, value in said.items() if value}

    @property
    def mine(self) -> "Mine":
        """Whether only the reader's own records are asked for, and the address where that is the other way round."""
        parts = parts_of(self.filter)
        rest = together(*(part for part in parts if part != OWN))
        on = len(parts) > len(parts_of(rest))
        return Mine(on, self.address(filter=rest if on else together(self.filter, OWN)))

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


def _is_searched(schema: Mapping[str, Any]) -> bool:
    """Whether words can be found in a field: not what is chosen from a list, nor people."""
    reference = schema.get("x-ref") or {}
    return not {"oneOf", "enum"} & schema.keys() and not {"person", "app"} & reference.keys()


def listing_of(
    form: Form, asked: Columns, place: Address, lang: str, args: Arguments, extra: Iterable[str] = ()
) -> Listing:
    """What an address asks for; raises BadRequest."""
    return Listing(
        form=form,
        asked=asked,
        place=place,
        lang=lang,
        filter=filter_in(args.get("filter")),
        sort=tuple(names_of(args.getlist("sort"))),
        words=(args.get("q") or "").strip()[:200],
        chosen=tuple(names_of(args.getlist("columns")))[:MOST_COLUMNS],
        cursor=args.get("cursor") or None,
        extra={name: text[:100] for name in extra if (text := args.get(name))},
    )
