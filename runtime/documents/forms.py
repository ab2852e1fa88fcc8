"""What a form must hold to beyond its JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import is_plain_name, pointer
from runtime.documents.fields import SYSTEM_FIELDS, declarations, fields_of
from runtime.documents.formulas import formula_problems
from runtime.documents.kinds import schema_problems, shape_problems
from runtime.documents.safety import safety_problems
from runtime.documents.subschemas import Schema, walk
from runtime.i18n import message

MAX_FIELDS = 500


def form_problems(form: Mapping[str, Any]) -> Iterator[Problem]:
    """All problems of a form alone, pointers into the form."""
    schema = form.get("schema")
    if not isinstance(schema, dict):
        return
    dangers = [_below("/schema", problem) for problem in safety_problems(schema)]
    yield from dangers
    if any(problem.keyword in ("$ref", "expanded") for problem in dangers):
        return
    for problem in schema_problems(schema):
        yield _below("/schema", problem)
    yield from _field_problems(form)
    yield from _required_problems(form, schema)
    yield from formula_problems(form)
    label = form.get("label")
    if isinstance(label, str) and label not in fields_of(form):
        yield Problem("/label", "field", message("There is no field “%(name)s”.", name=label))


def _field_problems(form: Mapping[str, Any]) -> Iterator[Problem]:
    names = {name for _, name, _ in declarations(form)}
    if len(names) > MAX_FIELDS:
        yield Problem("/schema", "maxProperties", message("There are more than %(limit)s fields.", limit=MAX_FIELDS))
        return
    types: dict[str, Any] = {}
    for at, name, field in declarations(form):
        yield from _name_problems(at, name)
        yield from shape_problems("field", field, at)
        known = types.setdefault(name, field.get("type"))
        if field.get("type") is not None and known is not None and known != field["type"]:
            why = message("“%(name)s” is declared twice with different types.", name=name)
            yield Problem(at + "/type", "type", why)


def _name_problems(at: str, name: str) -> Iterator[Problem]:
    if not is_plain_name(name):
        why = message("A field's name has 1 to 128 characters and no control characters.")
        yield Problem(at, "propertyNames", why)
    elif name in SYSTEM_FIELDS:
        why = message("Every record has “%(name)s” already: please take another name.", name=name)
        yield Problem(at, "reserved", why)


def _required_problems(form: Mapping[str, Any], schema: Schema) -> Iterator[Problem]:
    declared = {name for _, name, _ in declarations(form)}
    for at, inside in walk(schema, "/schema"):
        required = inside.get("required")
        if isinstance(required, list) and _is_about_the_form(at):
            for index, name in enumerate(required):
                if isinstance(name, str) and name not in declared:
                    why = message("There is no field “%(name)s”.", name=name)
                    yield Problem(at + pointer("required", index), "field", why)


def _is_about_the_form(at: str) -> bool:
    """Whether a subschema speaks of the form itself, not of the inside of one of its fields or definitions."""
    return not any(part in ("properties", "items", "$defs", "definitions") for part in at.split("/"))


def _below(at: str, problem: Problem) -> Problem:
    return Problem(at + problem.pointer, problem.keyword, problem.message)
