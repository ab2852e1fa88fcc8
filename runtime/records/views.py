"""The views of an app that one person may open: those that ask about nothing that is hidden from him."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts import Actor
from runtime.i18n import text_in
from runtime.permissions import Rights
from runtime.records.access import columns_of, rights_of
from runtime.records.compiled import fields_of_filter, form_of
from runtime.records.filters import Columns
from runtime.releases.published import Published

ASKED = ("group", "start", "end")
"""What a view cannot do without, beside its filter and order."""


@dataclass(frozen=True)
class View:
    """A view of a form that its reader may open."""

    key: str
    title: str
    document: Mapping[str, Any]
    owner: str | None = None
    """Who saved it; None for one of the app."""
    shared: bool = False

    @property
    def kind(self) -> str:
        """table, kanban, calendar, …"""
        return str(self.document["kind"])

    @property
    def form(self) -> str:
        """The form whose records it shows."""
        return str(self.document["form"])


def open_views(published: Published, actor: Actor, lang: str, *kinds: str) -> list[View]:
    """The views of these kinds that the actor may open, in the app's order."""
    return [
        view_of(document, lang)
        for document in published.all("views").values()
        if document["kind"] in kinds and may_open(published, actor, document)
    ]


def view_of(document: Mapping[str, Any], lang: str) -> View:
    """A view's document with its title in the reader's language."""
    return View(str(document["key"]), text_in(lang, document, "title") or str(document["key"]), document)


def may_open(published: Published, actor: Actor, document: Mapping[str, Any]) -> bool:
    """Whether somebody reads the view's form, and all that the view asks about."""
    if document.get("form") not in published.all("forms"):
        return False
    rights: Rights = rights_of(published, actor, document["form"])
    return rights.may("read") and is_open(document, columns_of(form_of(published, document["form"]), rights))


def is_open(document: Mapping[str, Any], asked: Columns) -> bool:
    """Whether a reader may ask about all that a view asks about."""
    names = [
        *fields_of_filter(document.get("filter")),
        *(name.removeprefix("-") for name in document.get("sort") or ()),
        *(document[key] for key in ASKED if document.get(key)),
    ]
    return all(name in asked.usable or name not in asked.schemas for name in names)
