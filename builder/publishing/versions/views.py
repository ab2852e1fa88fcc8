"""What changed in a view, a report or a calendar, in words: which of its settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publishing.versions.wording import Words
from runtime.i18n import Message, message

_NAMES: Mapping[str, Message] = {
    "kind": message("kind of view"), "form": message("form"), "columns": message("columns"), "card": message("card"),
    "filter": message("filter"), "sort": message("order"), "group": message("groups"), "sum": message("sum"),
    "start": message("beginning"), "end": message("end"), "cover": message("picture"), "rows": message("rows"),
    "cols": message("columns"), "metric": message("what is counted"), "limit": message("how many"),
    "tiles": message("tiles"), "blocks": message("content"), "hours": message("working hours"),
    "holidays": message("holidays"), "workdays": message("days worked"),
}  # fmt: skip
_CALLED = ("format", "key", "title", "description", "x-texts")


def lines(old: Mapping[str, Any], new: Mapping[str, Any], words: Words) -> Iterator[Message]:
    """One line that names all settings which differ."""
    keys = [key for key in {**old, **new} if key not in _CALLED and old.get(key) != new.get(key)]
    named = [words.translate(_NAMES[key].id) if key in _NAMES else key for key in keys]
    if named:
        yield message("It has another: %(settings)s.", settings=words.listed(named))
