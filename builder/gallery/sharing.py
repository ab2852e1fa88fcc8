"""An app as a template for others: what names a person or a record of this tenant stays behind."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.i18n import message
from runtime.permissions import ADMIN

NAMED = ("user", "department")
"""People of a flow who are named by an id; others are found by role, by field or by who leads them."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)


def without_people(part: Any) -> Any:
    """The document with every person named by id replaced by who was to be told instead, or by the app's admins."""
    if isinstance(part, dict):
        return {key: without_people(value) for key, value in part.items()}
    if not isinstance(part, list):
        return part
    if not any(_is_named(one) for one in part):
        return [without_people(one) for one in part]
    kept = [other for one in part for other in ([one] if not _is_named(one) else _instead(one))]
    return [without_people(one) for one in kept] or [{"role": ADMIN}]


def ids_in(part: Any, at: str = "") -> Iterator[Problem]:
    """Every text in which an id of this tenant stands, each with the pointer to it."""
    if isinstance(part, str) and _ID.search(part):
        why = message("This names a person or a record of your workspace; take it out first: %(text)s", text=part[:200])
        yield Problem(at, "id", why)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from ids_in(value, at + pointer(key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from ids_in(value, f"{at}/{index}")


def _is_named(one: Any) -> bool:
    return (
        isinstance(one, dict) and any(isinstance(one.get(key), str) for key in NAMED) and one.keys() <= {*NAMED, "else"}
    )


def _instead(one: Mapping[str, Any]) -> list[Any]:
    otherwise = one.get("else") or []
    return otherwise if isinstance(otherwise, list) else [otherwise]
