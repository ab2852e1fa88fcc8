"""An earlier release made fit to be published again: what was retired since says that it comes back on purpose."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from runtime.documents.differences import RESTORED
from runtime.documents.fields import declarations, fields_of

App = dict[str, Any]


def restored(earlier: Mapping[str, Any], live: Mapping[str, Any]) -> App:
    """The earlier app/1 as a draft beside the live one; forms and fields that went since take up their names again."""
    app = deepcopy(dict(earlier))
    standing = {form["key"]: fields_of(form) for form in live.get("forms") or ()}
    for form in app.get("forms") or ():
        known = standing.get(form["key"])
        if known is None:
            form[RESTORED] = True
        for at, name, _ in list(declarations(form)):
            if name not in (known or {}):
                _mark(form, at)
    return app


def _mark(form: dict[str, Any], at: str) -> None:
    part: Any = form
    for step in at.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[RESTORED] = True
