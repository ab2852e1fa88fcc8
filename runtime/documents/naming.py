"""Forms and fields that other documents name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.fields import SYSTEM_FIELDS, fields_of
from runtime.documents.scopes import Forms
from runtime.documents.subschemas import Schema
from runtime.i18n import message


class Names:
    """The fields of every form of an app, those that every record has included."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self._written = {key: fields_of(form) for key, form in forms.items()}
        self._fields = {key: {**SYSTEM_FIELDS, **fields} for key, fields in self._written.items()}

    def of(self, form: object) -> Mapping[str, Schema]:
        """The schemas of a form's fields by name; none for a form that is not there."""
        return self._fields.get(form, {}) if isinstance(form, str) else {}

    def written(self, form: object) -> Mapping[str, Schema]:
        """The same without what every record has: what may be answered."""
        return self._written.get(form, {}) if isinstance(form, str) else {}


def form_problem(at: str, key: object) -> Problem:
    """That there is no such form."""
    return Problem(at, "form", message("There is no form “%(name)s”.", name=str(key)))


def field_problem(at: str, name: object) -> Problem:
    """That there is no such field."""
    return Problem(at, "field", message("There is no field “%(name)s”.", name=str(name)))


def query_problems(part: Mapping[str, Any], fields: Mapping[str, Schema], at: str = "") -> Iterator[Problem]:
    """The unknown fields in what asks for records: filter, sort, group, metric and lists of columns."""
    for key in ("group", "sum", "start", "end", "cover", "by"):
        if key in part and part[key] not in fields:
            yield field_problem(at + pointer(key), part[key])
    for key in ("columns", "card", "rows", "cols", "fields"):
        yield from list_problems(part.get(key) or (), fields, at + pointer(key))
    for index, name in enumerate(part.get("sort") or ()):
        if name not in fields and name.removeprefix("-") not in fields:
            yield field_problem(f"{at}/sort/{index}", name.removeprefix("-"))
    measured = str(part.get("metric") or "").partition(":")[2]
    if measured and measured not in fields:
        yield field_problem(at + "/metric", measured)
    yield from _filter_problems(part.get("filter"), fields, at + "/filter")


def list_problems(names: Iterable[str], fields: Mapping[str, Schema], at: str) -> Iterator[Problem]:
    """Those of the names that are no fields."""
    yield from (field_problem(f"{at}/{index}", name) for index, name in enumerate(names) if name not in fields)


def _filter_problems(filter: Any, fields: Mapping[str, Schema], at: str) -> Iterator[Problem]:
    if not isinstance(filter, dict):
        return
    for key in ("and", "or"):
        for index, part in enumerate(filter.get(key) or ()):
            yield from _filter_problems(part, fields, f"{at}/{key}/{index}")
    yield from _filter_problems(filter.get("not"), fields, at + "/not")
    if "field" in filter and filter["field"] not in fields:
        yield field_problem(at + "/field", filter["field"])
