"""The home of an app as one person sees it: what can be made, what can be looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.i18n import text_in
from runtime.permissions import Rights


@dataclass(frozen=True)
class Tile:
    """One form: what it is called, and whether this person may fill a new one or look at its records."""

    key: str
    title: str
    creates: bool
    reads: bool


def tiles(forms: Iterable[tuple[Mapping[str, Any], Rights]], lang: str) -> list[Tile]:
    """The forms a person has anything to do with, in the app's order."""
    found = (
        Tile(form["key"], text_in(lang, form, "title") or form["key"], rights.may("create"), rights.may("read"))
        for form, rights in forms
    )
    return [tile for tile in found if tile.creates or tile.reads]
