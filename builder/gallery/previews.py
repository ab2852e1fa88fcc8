"""A form of a template as those who fill it in will see it, filled with one of its sample records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.publishing.samples import Today, answers_of
from runtime.documents.fields import label_field
from runtime.documents.samples import ROW
from runtime.i18n import text_in
from widgets.base import Ref


@dataclass(frozen=True)
class Preview:
    """The form, answers to it, and the labels of what the answers link to."""

    form: Mapping[str, Any]
    answers: Mapping[str, Any]
    labels: Mapping[Ref, str]


def preview_of(app: Mapping[str, Any], key: str, lang: str, today: Today) -> Preview | None:
    """The form of that key, else the first; None for an app without forms."""
    forms = {form["key"]: form for form in app.get("forms") or ()}
    form = forms.get(key) or next(iter(forms.values()), None)
    if form is None:
        return None
    rows: list[dict[str, Any]] = (app.get("sample") or {}).get(form["key"]) or [{}]
    fullest = max(rows, key=len)
    answers = answers_of({name: text_in(lang, fullest, name) if isinstance(value, str) else value
                          for name, value in fullest.items()}, form, today)  # fmt: skip
    return Preview(form, answers, _labels(app, forms, lang))


def _labels(app: Mapping[str, Any], forms: Mapping[str, Any], lang: str) -> dict[Ref, str]:
    return {
        (key, str(row[ROW])): text_in(lang, row, label_field(forms[key]) or "")
        for key, rows in (app.get("sample") or {}).items()
        for row in rows
        if row.get(ROW) and key in forms
    }
