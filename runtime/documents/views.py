"""What a view names: its form, and fields that can carry what it shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.naming import Names, form_problem, query_problems
from runtime.documents.subschemas import Schema
from runtime.i18n import message


def view_problems(view: Mapping[str, Any], names: Names) -> Iterator[Problem]:
    """All that does not fit the app's forms, pointers into the view."""
    for index, tile in enumerate(view.get("tiles") or ()):
        yield from _about(tile, names, f"/tiles/{index}")
    if "form" in view:
        yield from _about(view, names, "")
        yield from _kind_problems(view, names.of(view["form"]))


def _about(part: Mapping[str, Any], names: Names, at: str) -> Iterator[Problem]:
    if part.get("form") not in names.forms:
        yield form_problem(at + "/form", part.get("form"))
    else:
        yield from query_problems(part, names.of(part["form"]), at)


def _kind_problems(view: Mapping[str, Any], fields: Mapping[str, Schema]) -> Iterator[Problem]:
    kind = view.get("kind")
    group = fields.get(view.get("group", ""))
    if kind == "kanban" and group is not None and not _makes_columns(group):
        why = message("A board needs a field with choices to make its columns of.")
        yield Problem("/group", "type", why)
    for key in ("start", "end") if kind in ("calendar", "timeline") else ():
        field = fields.get(view.get(key, ""))
        if field is not None and field.get("format") not in ("date", "date-time"):
            yield Problem(f"/{key}", "type", message("This needs a field with a date."))


def _makes_columns(field: Schema) -> bool:
    return field.get("type") == "boolean" or any(keyword in field for keyword in ("oneOf", "enum", "x-ref"))
