"""What a program asks of a saved view, checked as the document that it becomes. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents import check
from runtime.documents.bounds import pointer
from runtime.i18n import message

SAID = ("columns", "filter", "sort")
NAMED = ("title", "shared")


def problems_in(sent: Mapping[str, Any], fields: Iterable[str]) -> list[Problem]:
    """What is wrong with a view as it was sent; `fields` are those that it may have columns of."""
    unknown = [name for name in sent if name not in SAID + NAMED]
    if unknown:
        return [Problem(pointer(name), "unknown", message("A saved view has no such part.")) for name in unknown]
    if not isinstance(sent.get("shared", False), bool):
        return [Problem("/shared", "type", message("Say true or false."))]
    kept = {name: value for name, value in sent.items() if name != "shared" and value is not None}
    problems = check("view", {"format": "view/1", "key": "saved", "title": "-", "kind": "table", "form": "f", **kept})
    hidden = [] if problems else [name for name in kept.get("columns", ()) if name not in set(fields)]
    why = message("There is no such column.")
    return [*problems, *(Problem(pointer("columns", name), "unknown", why) for name in hidden)]


def said_in(sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a view says after a change: what was sent in place of what it said before, without what was sent as null."""
    said = {name: sent.get(name, before.get(name)) for name in SAID}
    return {name: value for name, value in said.items() if value is not None}
