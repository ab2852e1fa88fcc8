"""The frame around a page, its bars and its dialog: drawn once for all pages on which it looks the same.

A person's bars change with their rights, the apps they have and the place they are at, not from page to page; drawing
them took a third of the time of most pages.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from flask import current_app, g, request
from markupsafe import Markup

from runtime.http.language import page_language

KEPT = 512
"""Drawings that are kept by each process, of about 5 KB each."""

EXACT = ("apps", "boards")
UNDER = ("forms", "admin")
"""Entries that are current on their own page only, and on all pages below it too."""


def frame(name: str, nav: Mapping[str, Any]) -> Markup:
    """A part of the frame, drawn for the reader of this page from its `nav` (see runtime/http/pages.py)."""
    return _drawn(_Drawing(name, dict(nav), here(nav, standing()[1])))


def stand_at(app: str, below: str) -> None:
    """Show this page in the bars as one of that app, at the place `below` its address: a page whose own address lies
    elsewhere, such as that of an import into a form."""
    g.standing = (app, f"/t/{g.tenant.key}/a/{app}/{below}")


def stand_among_apps() -> None:
    """Let the bars show this page, on which an app begins, at the place of all apps."""
    if "app" not in (request.view_args or {}):
        g.standing = (None, f"/t/{(request.view_args or {})['tenant']}/")


def standing() -> tuple[str | None, str]:
    """The key of the app this page is of, if of any, and the address at which the bars show it."""
    return g.get("standing") or ((request.view_args or {}).get("app"), request.path)


def here(nav: Mapping[str, Any], path: str) -> frozenset[str]:
    """The addresses among those of the bars that are where the reader is."""
    return frozenset(url for url, under in _addresses(nav) if url == path or (under and path.startswith(url)))


def _addresses(nav: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    base = f"/t/{nav['tenant']['key']}"
    yield from ((f"{base}{end}", False) for end in ("/", "/notices", "/me"))
    yield from ((entry["url"], False) for name in EXACT for entry in nav[name])
    yield from ((entry["url"], True) for name in UNDER for entry in nav[name])
    yield from ((nav[name], True) for name in ("runs_url", "build_url") if nav[name])
    if nav["app"]:
        yield nav["app"]["url"], False


class _Drawing:
    """What a drawing depends on; two that say the same are the same."""

    def __init__(self, name: str, nav: Mapping[str, Any], here: frozenset[str]) -> None:
        self.name, self.nav, self.here = name, nav, here
        self._said = (name, page_language(), repr(nav), here)

    def __hash__(self) -> int:
        return hash(self._said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawing) and self._said == other._said


@lru_cache(maxsize=KEPT)
def _drawn(drawing: _Drawing) -> Markup:
    template = current_app.jinja_env.get_template(drawing.name)
    return Markup(template.render(nav=drawing.nav, here=drawing.here))
