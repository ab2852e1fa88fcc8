"""What answers point at: records, people and files; whether these are there only the database can tell."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from runtime.answers.form import Form
from runtime.answers.schemas import Schema


class Link(NamedTuple):
    """One id in one field; `form` (and `app`, when it is another one) say where a record link leads."""

    field: str
    kind: Literal["form", "person", "file"]
    id: str
    form: str = ""
    app: str = ""


def links_of(form: Form, data: Mapping[str, Any]) -> list[Link]:
    """All that the answers point at, in the order of the form."""
    return [
        link for name, field in form.fields.items() if name in data for link in _links(name, field.schema, data[name])
    ]


def person_fields(form: Form) -> list[str]:
    """The fields whose answers are people, one or several, in the order of the form."""
    return [name for name, field in form.fields.items() if (_reference(field.schema) or {}).get("person")]


def _links(name: str, schema: Schema, value: Any) -> Iterator[Link]:
    values = value if isinstance(value, list) else [value]
    if "x-file" in schema:
        files = [each["id"] for each in values if isinstance(each, dict) and isinstance(each.get("id"), str)]
        yield from (Link(name, "file", each) for each in files)
        return
    reference = _reference(schema)
    if reference is not None:
        yield from (_link(name, reference, each) for each in values if isinstance(each, str))


def _reference(schema: Schema) -> Mapping[str, Any] | None:
    items = schema.get("items")
    found = schema.get("x-ref") or (items.get("x-ref") if isinstance(items, dict) else None)
    return found if isinstance(found, dict) else None


def _link(name: str, reference: Mapping[str, Any], id: str) -> Link:
    if reference.get("person"):
        return Link(name, "person", id)
    return Link(name, "form", id, str(reference.get("form", "")), str(reference.get("app", "")))
