"""Which names an expression about a form's record may use, and their types."""

from collections.abc import Mapping
from typing import Any

from runtime.documents.fields import fields_of
from runtime.expressions import ANY, COMMON_NAMES, Scope, Type, record_scope

Forms = Mapping[str, Mapping[str, Any]]
"""An app's forms by key."""


def forms_of(app: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The forms of an app by key; of two with one key the first, and none that is broken."""
    parts = app.get("forms")
    found: dict[str, Mapping[str, Any]] = {}
    for form in parts if isinstance(parts, list) else ():
        if isinstance(form, dict) and isinstance(form.get("key"), str):
            found.setdefault(form["key"], form)
    return found


def form_scope(form: Mapping[str, Any], forms: Forms) -> Scope:
    """`record` and `old` of a form, `linked.FIELD` for each of its links, and the names known everywhere."""
    fields = fields_of(form)
    record = record_scope(fields)
    linked = {name: _linked(link_of(field), forms) for name, field in fields.items() if link_of(field) is not None}
    return {**COMMON_NAMES, "record": record, "old": record, "linked": Type("object", fields=linked)}


def link_of(field: Mapping[str, Any]) -> str | None:
    """The key of the form a field links to, "" where that is in another app; None for what is no link."""
    reference = field.get("x-ref")
    if not isinstance(reference, dict) or not isinstance(reference.get("form"), str):
        return None
    return "" if reference.get("app") else reference["form"]


def _linked(key: str | None, forms: Forms) -> Type:
    return record_scope(fields_of(forms[key])) if key is not None and key in forms else ANY
