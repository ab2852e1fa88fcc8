"""What answers point at: records, people and files; whether these are there only the database can tell."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from runtime.answers.form import Form
from runtime.answers.visibility import Field


class Link(NamedTuple):
    """One id in one field; `form` (and `app`, when it is another one) say where a record link leads."""

    field: str
    kind: Literal["form", "person", "file"]
    id: str
    form: str = ""
    app: str = ""


def links_of(form: Form, data: Mapping[str, Any]) -> list[Link]:
    """All that the answers point at, in the order of the form."""
    return [link for field in form.linking if field.name in data for link in _links(field, data[field.name])]


def person_fields(form: Form) -> list[str]:
    """The fields whose answers are people, one or several, in the order of the form."""
    return [field.name for field in form.linking if (field.reference or {}).get("person")]


def _links(field: Field, value: Any) -> Iterator[Link]:
    values = value if isinstance(value, list) else [value]
    if field.holds_files:
        files = [each["id"] for each in values if isinstance(each, dict) and isinstance(each.get("id"), str)]
        yield from (Link(field.name, "file", each) for each in files)
    elif field.reference is not None:
        yield from (_link(field.name, field.reference, each) for each in values if isinstance(each, str))


def _link(name: str, reference: Mapping[str, Any], id: str) -> Link:
    if reference.get("person"):
        return Link(name, "person", id)
    return Link(name, "form", id, str(reference.get("form", "")), str(reference.get("app", "")))
