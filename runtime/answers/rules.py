"""Two JSON Schema validators with one meaning: a fast one that accepts, a talkative one that says what is wrong.

Both run patterns on a linear-time engine, hold values to our formats, count numbers exactly and fetch nothing.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import jsonschema
import jsonschema_rs
from jsonschema.exceptions import ValidationError
from referencing import Registry

from runtime.answers.formats import FORMATS
from runtime.answers.schemas import Schema
from runtime.documents.patterns import matches

Found: TypeAlias = Any
"""jsonschema's ValidationError: `.validator` is the keyword, `.absolute_path` the place."""


class _Pattern:
    """`pattern` for the fast validator, by the engine that the other one uses."""

    def __init__(self, parent_schema: Schema, value: Any, schema_path: list[str | int]) -> None:
        self._source = value

    def validate(self, instance: Any) -> None:
        """Raises ValueError when the text does not match."""
        if isinstance(instance, str) and not matches(self._source, instance):
            raise ValueError(self._source)


def accepts(schema: Any) -> Callable[[Any], bool]:
    """The fast validator's verdict on values."""
    compiled = jsonschema_rs.Draft202012Validator(
        schema, formats=dict(FORMATS), validate_formats=True, keywords={"pattern": _Pattern}, offline=True
    )
    return compiled.is_valid


# --- the talkative one -------------------------------------------------------------------------


def _is_integer(checker: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _pattern(validator: Any, source: Any, value: Any, schema: Any) -> Iterator[Found]:
    if isinstance(value, str) and not matches(source, value):
        yield ValidationError("no match")


def _required(validator: Any, names: Any, value: Any, schema: Any) -> Iterator[Found]:
    if isinstance(value, dict):
        yield from (_missing(name) for name in names if name not in value)


def _dependent_required(validator: Any, dependent: Any, value: Any, schema: Any) -> Iterator[Found]:
    if isinstance(value, dict):
        wanted = [name for key, names in dependent.items() if key in value for name in names]
        yield from (_missing(name) for name in wanted if name not in value)


def _missing(name: str) -> Found:
    # The path names what is missing, so that the problem stands at its field.
    return ValidationError("missing", validator="required", path=[name])


def _multiple_of(validator: Any, unit: Any, value: Any, schema: Any) -> Iterator[Found]:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and Fraction(value) % Fraction(unit):
        yield ValidationError("not a multiple")


def _unique_items(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Found]:
    # jsonschema compares every pair of objects: minutes for a long list.
    if wanted and isinstance(value, list) and len({_hashable(item) for item in value}) < len(value):
        yield ValidationError("not unique")


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return ("object", frozenset((key, _hashable(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("array", tuple(_hashable(part) for part in value))
    return (isinstance(value, bool), value)


_Plain: Any = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    validators={
        "pattern": _pattern,
        "required": _required,
        "dependentRequired": _dependent_required,
        "multipleOf": _multiple_of,
        "uniqueItems": _unique_items,
    },
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _format_checker() -> Any:
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checkers[name] = (_for_texts(check), ())
    return checker


def _for_texts(check: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, str) or check(value)


_FORMATS = _format_checker()


class Rules:
    """What a schema asks of a value."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.accept: Callable[[Any], bool] = accepts(schema)
        """The verdict, fast."""

    @cached_property
    def _plain(self) -> Any:
        # An empty registry: the default one would fetch a reference from the network.
        return _Plain(self._schema, registry=Registry(), format_checker=_FORMATS)

    def errors(self, value: Any) -> list[Found]:
        """All that is wrong with the value, by the talkative validator."""
        return list(self._plain.iter_errors(value))
