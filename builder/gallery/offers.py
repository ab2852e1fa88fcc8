"""An app that can be taken: what it is called, what it is for, what is inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.gallery.pictures import Picture, picture_of
from runtime.i18n import text_in


@dataclass(frozen=True)
class Part:
    """One part of an app as it is told before it is taken; `kind` is that of a view, else ""."""

    key: str
    title: str
    description: str
    kind: str = ""


@dataclass(frozen=True)
class Offer:
    """A template as a reader of `lang` sees it; `own` for one that the tenant made itself."""

    key: str
    document: Mapping[str, Any]
    lang: str
    own: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return text_in(self.lang, self.document, "title")

    @property
    def description(self) -> str:
        """What it is for; "" where it does not say."""
        return text_in(self.lang, self.document, "description")

    @property
    def version(self) -> str:
        """Which version this is, as its maker counts."""
        return str(self.document.get("version") or "")

    @cached_property
    def picture(self) -> Picture:
        """A small picture of it."""
        return picture_of(self.document, self.lang)

    @property
    def samples(self) -> int:
        """How many sample records it brings."""
        return sum(len(rows) for rows in (self.document.get("sample") or {}).values())

    def parts(self, kind: str) -> Sequence[Part]:
        """Its "forms", "flows", "views" or "roles"."""
        return [
            Part(
                str(part["key"]),
                text_in(self.lang, part, "title") or str(part["key"]),
                text_in(self.lang, part, "description"),
                str(part.get("kind") or ""),
            )
            for part in self.document.get(kind) or ()
        ]
