"""How an app/1 document falls into the parts that are edited one by one, and how they come together again."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from runtime.spelling import spelled

KINDS = {
    "forms": "form",
    "flows": "flow",
    "views": "view",
    "roles": "role",
    "reports": "report",
    "calendars": "calendar",
}
"""Where a part stands in an app, and the kind of document it is."""


def split(app: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """What is beside the parts, and every part with its place, in order."""
    rest = {name: value for name, value in app.items() if name not in KINDS}
    parts = [(kind, dict(part)) for kind in KINDS for part in app.get(kind) or ()]
    return rest, parts


def join(rest: Mapping[str, Any], parts: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """The app/1 document again; a place without parts is left out unless it always stands there."""
    app: dict[str, Any] = dict(rest)
    for kind, part in parts:
        app.setdefault(kind, []).append(dict(part))
    app.setdefault("forms", [])
    return app


def reworded(document: Mapping[str, Any], **texts: str) -> dict[str, Any]:
    """The document with texts of its own; a text that is changed has no other languages."""
    changed = {name for name, text in texts.items() if text != document.get(name)}
    beside = {
        lang: {name: text for name, text in said.items() if name not in changed}
        for lang, said in (document.get("x-texts") or {}).items()
    }
    return {**document, **texts, **({"x-texts": beside} if beside else {})}


def key_for(title: str, taken: Iterable[str], fallback: str) -> str:
    """A document key made from a title (Chinese by pinyin) that is not among `taken`."""
    base = re.sub(r"[^a-z0-9]+", "_", spelled(title).lower()).strip("_")[:50]
    if not re.match(r"[a-z]", base):
        base = fallback
    known, key, number = set(taken), base, 2
    while key in known:
        key, number = f"{base}_{number}", number + 1
    return key
