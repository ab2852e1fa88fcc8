"""Walking the schemas inside a schema, wherever JSON Schema 2020-12 puts them."""

from collections.abc import Iterator
from typing import Any

from runtime.documents.bounds import pointer

_ONE = (
    "if", "then", "else", "not", "items", "contains", "additionalProperties", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems", "contentSchema",
)  # fmt: skip
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP = ("properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions")
_NO_RULES = frozenset({*_ONE, *_LIST, *_MAP, "title", "description", "examples", "$comment", "x-texts"})

Schema = dict[str, Any]


def children(schema: Schema) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The schemas directly inside a schema, each with its path; what has no right shape is passed over."""
    for keyword in _ONE:
        if keyword in schema:
            yield (keyword,), schema[keyword]
    for keyword in _LIST:
        inside = schema.get(keyword)
        if isinstance(inside, list):
            yield from (((keyword, index), part) for index, part in enumerate(inside))
    for keyword in _MAP:
        inside = schema.get(keyword)
        if isinstance(inside, dict):
            yield from (((keyword, name), part) for name, part in inside.items())


def walk(schema: Any, at: str = "") -> Iterator[tuple[str, Schema]]:
    """Every schema inside, itself first, with its JSON Pointer."""
    stack = [(at, schema)]
    while stack:
        where, item = stack.pop()
        if isinstance(item, dict):
            yield where, item
            stack += reversed([(where + pointer(*path), part) for path, part in children(item)])


def inside(schema: Any) -> Iterator[Schema]:
    """Every schema inside, itself first, in no certain order."""
    stack = [schema]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack += [part for _, part in children(item)]


def rules_of(schema: Any) -> dict[str, Schema]:
    """What a schema asks of answers, by JSON Pointer: without the schemas inside it, and what it only tells people."""
    return {at: {key: value for key, value in one.items() if key not in _NO_RULES} for at, one in walk(schema)}


def target(root: Schema, ref: object) -> Schema | None:
    """What a `$ref` into the document's own definitions names; None for any other reference."""
    if not isinstance(ref, str):
        return None
    for keyword in ("$defs", "definitions"):
        prefix = f"#/{keyword}/"
        if ref.startswith(prefix):
            defined = root.get(keyword)
            name = ref.removeprefix(prefix).replace("~1", "/").replace("~0", "~")
            found = defined.get(name) if isinstance(defined, dict) else None
            return found if isinstance(found, dict) else None
    return None
