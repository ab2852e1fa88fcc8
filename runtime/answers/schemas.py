"""A form's JSON Schema made ready: references put in place, older spellings made current, numbers exact."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs

from runtime.answers.formats import FORMATS
from runtime.contracts import Problem, Refused
from runtime.documents.bounds import MAX_DEPTH, pointer
from runtime.documents.patterns import PatternError, compile_pattern
from runtime.documents.subschemas import target
from runtime.i18n import Message, message

Schema = dict[str, Any]

ONE = (
    "if", "then", "else", "not", "items", "contains", "additionalProperties", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip
LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
MAP = ("properties", "patternProperties", "dependentSchemas")
ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment"}
)
_VALUES = ("const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "default")
_GONE = frozenset({
    "$ref", "$defs", "definitions", "$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment",
    "dependencies",
})  # fmt: skip
_MAX_SCHEMAS = 20_000


class FormError(Refused):
    """The form cannot be interpreted; carries the problems with pointers into its document."""

    @classmethod
    def at(cls, where: str, keyword: str, why: Message) -> "FormError":
        """The error of one place."""
        return cls([Problem(where, keyword, why)])


def is_annotation(keyword: str) -> bool:
    """Whether a keyword only describes, and never refuses a value."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def prepared(root: Any) -> Schema:
    """The form's schema as its own copy, without references and floats; raises FormError.

    `dependencies` of earlier drafts, which other tools still write, become `dependentRequired` and `dependentSchemas`.
    """
    if not isinstance(root, dict):
        raise FormError.at("/schema", "type", message("A form needs a schema that is an object."))
    schema: Schema = _Preparer(root).prepare(root, "/schema", 1)
    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as broken:
        where = "/schema" + pointer(*broken.instance_path)
        raise FormError.at(where, "schema", message("This is no JSON Schema: %(why)s", why=broken.message)) from None
    return schema


def exact(value: Any) -> Any:
    """The value with every float as the Decimal that was written."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: exact(part) for key, part in value.items()}
    return [exact(part) for part in value] if isinstance(value, list) else value


class _Preparer:
    def __init__(self, root: Schema) -> None:
        self._root = root
        self._left = _MAX_SCHEMAS

    def prepare(self, schema: Any, at: str, depth: int) -> Any:
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise FormError.at(at, "type", message("A schema is an object."))
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise FormError.at(at, "$ref", message("The schema is too large, or refers to itself."))
        schema = self._current(self._resolved(schema, at))
        return {
            key: self._part(key, part, f"{at}/{key}", depth + 1)
            for key, part in schema.items()
            if key not in _GONE and not _says_nothing(key, part)
        }

    def _part(self, key: str, part: Any, at: str, depth: int) -> Any:
        if key in ONE:
            return self.prepare(part, at, depth)
        if key in LIST and isinstance(part, list):
            return [self.prepare(each, f"{at}/{index}", depth) for index, each in enumerate(part)]
        if key in MAP and isinstance(part, dict):
            return {name: self.prepare(each, at + pointer(name), depth) for name, each in part.items()}
        if key == "pattern":
            _check_pattern(part, at)
        return exact(part) if key in _VALUES else part

    def _resolved(self, schema: Schema, at: str) -> Schema:
        for _ in range(16):
            if "$ref" not in schema:
                return schema
            found = target(self._root, schema["$ref"])
            if found is None:
                raise FormError.at(f"{at}/$ref", "$ref", message("This refers to nothing in the form."))
            schema = _joined(found, {key: part for key, part in schema.items() if key != "$ref"})
        raise FormError.at(f"{at}/$ref", "$ref", message("The schema is too large, or refers to itself."))

    def _current(self, schema: Schema) -> Schema:
        older = schema.get("dependencies")
        if not isinstance(older, Mapping):
            return schema
        names = {key: part for key, part in older.items() if isinstance(part, list)}
        schemas = {key: part for key, part in older.items() if not isinstance(part, list)}
        return {
            **schema,
            "dependentRequired": _both(names, schema.get("dependentRequired")),
            "dependentSchemas": _both(schemas, schema.get("dependentSchemas")),
        }


def _says_nothing(key: str, part: Any) -> bool:
    """Whether a keyword holds nobody to anything: a format we do not know, a list without schemas."""
    return (key == "format" and isinstance(part, str) and part not in FORMATS) or (key in LIST and part == [])


def _joined(found: Schema, rest: Schema) -> Schema:
    """Both at once: one flat schema where they do not speak of the same, so that a field shows its type."""
    if all(is_annotation(key) for key in rest.keys() & found.keys()):
        return {**found, **rest}
    parts = rest.get("allOf", [])
    return {**rest, "allOf": [*parts, found] if isinstance(parts, list) else parts}


def _both(older: Schema, newer: Any) -> Any:
    return older if newer is None else {**older, **newer} if isinstance(newer, dict) else newer


def _check_pattern(source: Any, at: str) -> None:
    try:
        compile_pattern(source)
    except (PatternError, TypeError):
        why = message("This pattern cannot be used: look-around and references back are not supported.")
        raise FormError.at(at, "pattern", why) from None
