"""The JSON Schema of every kind of document, and what a document breaks of it."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource

from runtime.contracts import Problem
from runtime.documents.bounds import MAX_PROBLEMS, pointer
from runtime.documents.patterns import PatternError, matches
from runtime.documents.wording import worded
from runtime.i18n import message

KINDS = ("form", "flow", "view", "role", "report", "app", "event", "calendar")

_FOLDER = Path(__file__).parent / "schemas"


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return found


_SCHEMAS = {name: _read(name) for name in (*KINDS, "field")}
_REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{name}.json", Resource.from_contents(schema)) for name, schema in _SCHEMAS.items()
)


def _pattern(validator: Any, source: str, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    if not isinstance(instance, str):
        return
    try:
        if not matches(source, instance):
            yield ValidationError("pattern")
    except PatternError:
        yield ValidationError("pattern")


LinearValidator = extend(Draft202012Validator, {"pattern": _pattern})
"""JSON Schema 2020-12 whose patterns run in linear time; give it `registry=Registry()`, or it fetches `$ref`s."""

PIECES = {"people": {"$ref": "flow.json#/$defs/people"}, "filter": {"$ref": "view.json#/$defs/filter"}}
"""Parts of documents that stand in several kinds."""

_VALIDATORS = {
    name: LinearValidator(schema, registry=_REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for name, schema in {**_SCHEMAS, **PIECES}.items()
}


_META = jsonschema_rs.Draft202012Validator(Draft202012Validator.META_SCHEMA)


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind, a fresh copy; raises KeyError for what is no kind."""
    return deepcopy(_SCHEMAS[kind if kind in KINDS else f"{kind}: no such kind"])


def shape_problems(name: str, value: Any, at: str = "") -> list[Problem]:
    """What `value` breaks of the schema `name` (a kind, or one of PIECES); `at` is the pointer to the value."""
    return list(_told(_VALIDATORS[name], value, at))


def value_problems(schema: Mapping[str, Any], value: Any, at: str = "") -> list[Problem]:
    """What `value` breaks of a schema of our own, such as that of a node's config."""
    return list(_told(LinearValidator(schema, registry=_REGISTRY), value, at))


def _told(validator: Any, value: Any, at: str) -> Iterator[Problem]:
    for error in islice(validator.iter_errors(value), MAX_PROBLEMS):
        keyword, why, missing = worded(error)
        yield Problem(at + pointer(*error.absolute_path, *missing), keyword, why)


def schema_problems(value: Any) -> list[Problem]:
    """What keeps `value` from being a JSON Schema 2020-12, each with the pointer into it."""
    try:
        errors = list(islice(_META.iter_errors(value), MAX_PROBLEMS))
    except ValueError:
        return [Problem("", "schema", message("This is not valid JSON Schema."))]
    return [
        Problem(pointer(*error.instance_path), "schema", message("This is not valid JSON Schema.")) for error in errors
    ]
