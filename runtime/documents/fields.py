"""Which fields a form declares, wherever in its schema they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.documents.subschemas import Schema, target

SYSTEM_FIELDS: Mapping[str, Schema] = {
    "id": {"type": "string"},
    "rev": {"type": "integer"},
    "owner": {"type": "string", "x-ref": {"person": True}},
    "department": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": "string", "x-ref": {"person": True}},
    "updated_at": {"type": "string", "format": "date-time"},
    "updated_by": {"type": "string", "x-ref": {"person": True}},
}
"""What every record has beside its answers; no field of a form may take these names."""

_MAX_STEPS = 20_000


def fields_of(form_document: Mapping[str, Any]) -> dict[str, Schema]:
    """The schema of every field by name, those of the form itself first, then those its branches unfold, in order.

    A field that several branches declare is as the first of them says. Never raises: broken parts are passed over.
    """
    found: dict[str, Schema] = {}
    for _, name, schema in declarations(form_document):
        known = found.get(name)
        if known is None or ("type" not in known and "type" in schema):
            found[name] = schema
    return found


def declarations(form_document: Mapping[str, Any]) -> Iterator[tuple[str, str, Schema]]:
    """Every declaration of a field: JSON Pointer into the form, name, schema with its `$ref` resolved."""
    for at, schema in form_schemas(form_document):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            for name, field in properties.items():
                if isinstance(field, dict):
                    yield f"{at}/properties/{_escaped(name)}", str(name), resolved(form_document["schema"], field)


def required_names(form_document: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that are required always, and those that are when something else is answered."""
    always: set[str] = set()
    sometimes: set[str] = set()
    for at, schema in form_schemas(form_document):
        (always if at == "/schema" else sometimes).update(_names(schema.get("required")))
        dependent = schema.get("dependentRequired")
        for names in dependent.values() if isinstance(dependent, dict) else ():
            sometimes.update(_names(names))
    return frozenset(always), frozenset(sometimes - always)


def form_schemas(form_document: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    """The schema of the form and those of its branches, in order, each with its JSON Pointer into the form."""
    root = form_document.get("schema")
    stack: list[tuple[str, Any, int]] = [("/schema", root, 0)]
    steps = 0
    while stack and isinstance(root, dict) and steps < _MAX_STEPS:
        steps += 1
        at, schema, depth = stack.pop()
        if isinstance(schema, dict) and depth <= 64:
            yield at, schema
            stack += reversed([(where, part, depth + 1) for where, part in _branches(root, at, schema)])


def _names(value: Any) -> Iterator[str]:
    yield from (name for name in value if isinstance(name, str)) if isinstance(value, list) else ()


def _branches(root: Schema, at: str, schema: Schema) -> Iterator[tuple[str, Any]]:
    # `if` and `not` only ask: what stands in them declares nothing.
    if "$ref" in schema:
        yield "/schema" + str(schema["$ref"])[1:], target(root, schema["$ref"])
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = schema.get(keyword)
        if isinstance(parts, list):
            yield from ((f"{at}/{keyword}/{index}", part) for index, part in enumerate(parts))
    for keyword in ("then", "else"):
        if keyword in schema:
            yield f"{at}/{keyword}", schema[keyword]
    for keyword in ("dependentSchemas", "dependencies"):
        dependent = schema.get(keyword)
        if isinstance(dependent, dict):
            yield from ((f"{at}/{keyword}/{_escaped(name)}", part) for name, part in dependent.items())


def resolved(root: Schema, field: Schema) -> Schema:
    """A field's schema with a `$ref` into the form's own definitions put in its place."""
    for _ in range(16):
        if "$ref" not in field:
            break
        rest = {key: part for key, part in field.items() if key != "$ref"}
        field = {**(target(root, field["$ref"]) or {}), **rest}
    return field


def label_field(form_document: Mapping[str, Any]) -> str | None:
    """The field shown as a record's title elsewhere: the one the form names, else its first plain text field."""
    fields = fields_of(form_document)
    named = form_document.get("label")
    if isinstance(named, str) and named in fields:
        return named
    return next((name for name, schema in fields.items() if _is_plain_text(schema)), None)


def _is_plain_text(schema: Schema) -> bool:
    other = ("format", "oneOf", "enum", "x-ref", "x-file")
    return schema.get("type") == "string" and not any(keyword in schema for keyword in other)


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
