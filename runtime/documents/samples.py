"""The sample records of an app: rows of answers.

`@id` names a row so that links can name it; a date may be counted from the day on which the row is made
(`{"days": -3}`); `x-texts` holds the row's texts in other languages, as everywhere.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.days import is_relative, moment_from
from runtime.documents.fields import fields_of
from runtime.documents.naming import field_problem, form_problem
from runtime.documents.scopes import Forms, link_of
from runtime.i18n import message

ROW = "@id"
TEXTS = "x-texts"
ASIDE = frozenset({ROW, TEXTS})
"""What stands in a row beside its answers."""

EXAMPLE = date(2026, 1, 31)
"""Any day will do to see whether another can be counted from it."""


def sample_problems(app: Mapping[str, Any], forms: Forms) -> Iterator[Problem]:
    """Rows of unknown forms, with unknown fields, with a name taken twice, or with a link to no row."""
    sample = app.get("sample") or {}
    named = {form: [row.get(ROW) for row in rows] for form, rows in sample.items()}
    for form, rows in sample.items():
        at = "/sample" + pointer(form)
        if form not in forms:
            yield form_problem(at, form)
            continue
        fields = fields_of(forms[form])
        for index, row in enumerate(rows):
            if row.get(ROW) is not None and row[ROW] in named[form][:index]:
                why = message("“%(name)s” is there twice.", name=str(row[ROW]))
                yield Problem(f"{at}/{index}/{ROW}", "unique", why)
            yield from _row_problems(row, fields, named, f"{at}/{index}")


def _row_problems(
    row: Mapping[str, Any], fields: Mapping[str, Any], named: Mapping[str, list[Any]], at: str
) -> Iterator[Problem]:
    for name, value in row.items():
        if name in ASIDE:
            continue
        if name not in fields:
            yield field_problem(at + pointer(name), name)
            continue
        target = link_of(fields[name])
        if target is not None and value not in named.get(target, ()):
            yield Problem(at + pointer(name), "x-ref", message("No sample row is called “%(name)s”.", name=str(value)))
        if isinstance(value, dict) and fields[name].get("format") in ("date", "date-time") and not _is_day(value):
            why = message("This needs a day such as %(example)s.", example='{"days": -3}')
            yield Problem(at + pointer(name), "format", why)


def _is_day(value: Mapping[str, Any]) -> bool:
    """Whether a group of values is a day counted from today."""
    try:
        moment_from(value, EXAMPLE, UTC)
    except (ValueError, OverflowError):
        return False
    return is_relative(value)
