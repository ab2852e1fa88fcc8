"""A flow with all that gives its parts their names: forms, roles, people, the kinds of steps; and the reader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from runtime.contracts import Problem
from runtime.flows.picture.drawing import drawn
from runtime.flows.picture.names import Readable, fields_of
from runtime.flows.picture.words import Words
from runtime.i18n import Message, Translate, message, text_in
from runtime.permissions import ADMIN


@dataclass(frozen=True)
class Scenery:
    """A flow, the app's forms by key and its roles, the tenant's people, and the kinds of steps there are."""

    flow: Mapping[str, Any]
    forms: Mapping[str, Mapping[str, Any]]
    roles: Sequence[Mapping[str, Any]]
    types: Mapping[str, Any]
    lang: str
    translate: Translate
    members: Sequence[Mapping[str, str]] = ()
    departments: Sequence[Mapping[str, str]] = ()
    connections: Sequence[Mapping[str, str]] = ()
    timezone: str = "Asia/Shanghai"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def drawing(self, problems: Iterable[Problem] = (), warnings: Iterable[Problem] = ()) -> dict[str, Any]:
        """The canvas: steps in words, lines, and what is wrong."""
        picture = drawn(self.flow, self.types, self.words_at, problems, warnings)
        for mark in picture["marks"]:
            mark["message"] = self.said(mark["message"])
        return picture

    def names_at(self, node_id: str) -> list[dict[str, Any]]:
        """What an expression in a step may name, titles in the reader's language."""
        return self._readable.at(node_id)

    @cached_property
    def _readable(self) -> Readable:
        return Readable(self.flow, self.forms, self.lang, self.said)

    def words_at(self, node_id: str) -> Words:
        """How things are called at a step."""
        names = self.names_at(node_id)
        return Words(self.lang, self.translate, names, self.form_titles, self._people_titles, self._fields)

    def said(self, text: str | Message) -> str:
        """A text for the reader."""
        return text.translated(self.translate) if isinstance(text, Message) else str(text)

    @cached_property
    def form_titles(self) -> dict[str, str]:
        """What the app's forms are called, by key."""
        return {key: text_in(self.lang, form, "title") or key for key, form in self.forms.items()}

    @cached_property
    def _fields(self) -> dict[str, list[dict[str, Any]]]:
        return {key: fields_of(form, self.lang) for key, form in self.forms.items()}

    @cached_property
    def role_titles(self) -> dict[str, str]:
        """The app's own roles, and the admin that every app has."""
        roles = {str(one["key"]): text_in(self.lang, one, "title") for one in self.roles}
        return roles | {ADMIN: self.said(message("Admin of this app"))}

    @cached_property
    def _people_titles(self) -> dict[str, str]:
        people = {one["id"]: one["name"] for one in self.members}
        return self.role_titles | people | {one["id"]: one["title"] for one in self.departments}
