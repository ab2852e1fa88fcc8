"""Conditions of a form as closures: the same verdicts as JSON Schema, without running a validator for simple tests.

`if` schemas mostly compare one answer with a constant. Such tests become closures over the answers; whatever is
not simple is given to the validator, so the meaning is JSON Schema's in every case.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from runtime.answers.rules import accepts
from runtime.answers.schemas import Schema, is_annotation

Answers = Mapping[str, Any]
Condition = Callable[[Answers], bool]
Test = Callable[[Any], bool]

_OBJECT = frozenset({"type", "properties", "required", "allOf", "anyOf", "oneOf", "not"})


def always(answers: Answers) -> bool:
    """Holds whatever was answered."""
    return True


def negated(condition: Condition) -> Condition:
    """Holds when the other does not."""
    return lambda answers: not condition(answers)


def present(name: str) -> Condition:
    """Holds when the question was answered."""
    return lambda answers: name in answers


# --- conditions over all answers ---------------------------------------------------------------


def compile_condition(schema: Any) -> Condition:
    """A condition with the meaning of the schema, for answers that are an object."""
    if isinstance(schema, bool):
        return lambda answers: schema
    keywords = {key for key in schema if not is_annotation(key)}
    if not keywords <= _OBJECT or schema.get("type", "object") != "object":
        return accepts(schema)
    parts: list[Condition] = [_named(name, part) for name, part in schema.get("properties", {}).items()]
    if schema.get("required"):
        parts.append(_all_present(tuple(schema["required"])))
    parts += [_combined(key, schema[key]) for key in ("allOf", "anyOf", "oneOf", "not") if key in schema]
    return _every(parts)


def _named(name: str, schema: Any) -> Condition:
    test = compile_test(schema)
    return lambda answers: name not in answers or test(answers[name])


def _all_present(names: tuple[str, ...]) -> Condition:
    if len(names) == 1:
        return present(names[0])
    return lambda answers: all(name in answers for name in names)


def _combined(keyword: str, schemas: Any) -> Condition:
    if keyword == "not":
        return negated(compile_condition(schemas))
    parts = [compile_condition(schema) for schema in schemas]
    if keyword == "allOf":
        return _every(parts)
    if keyword == "anyOf":
        return lambda answers: any(part(answers) for part in parts)
    return lambda answers: sum(part(answers) for part in parts) == 1


def _every(parts: list[Any]) -> Callable[[Any], bool]:
    if not parts:
        return always
    if len(parts) == 1:
        return parts[0]  # type: ignore[no-any-return]
    if len(parts) == 2:
        first, second = parts
        return lambda value: first(value) and second(value)
    return lambda value: all(part(value) for part in parts)


# --- tests of one answer -----------------------------------------------------------------------


def compile_test(schema: Any) -> Test:
    """A test of one value with the meaning of the schema."""
    if isinstance(schema, bool):
        return lambda value: schema
    keywords = [key for key in schema if not is_annotation(key)]
    if not all(_is_simple(key, schema[key]) for key in keywords) or "minContains" in schema:
        return accepts(schema)
    return _every([_TESTS[key](schema[key]) for key in keywords])


def _is_simple(keyword: str, operand: Any) -> bool:
    if keyword == "const":
        return not isinstance(operand, dict | list)
    if keyword == "enum":
        return not any(isinstance(each, dict | list) for each in operand)
    if keyword == "type":
        return isinstance(operand, str)
    return keyword in _TESTS


def is_number(value: Any) -> bool:
    """Whether it is a number that can be compared."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, Decimal) and value.is_finite()
    )


def is_integer(value: Any) -> bool:
    """Whether it is a whole number; 1.0 is one."""
    if isinstance(value, Decimal):
        return value.is_finite() and (value.adjusted() > 200 or value == value.to_integral_value())
    return isinstance(value, int) and not isinstance(value, bool)


TYPES: Mapping[str, Test] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": is_number,
    "integer": is_integer,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def _equals(constant: Any) -> Test:
    if constant is None or isinstance(constant, bool):
        return lambda value: value is constant
    if isinstance(constant, str):
        return lambda value: isinstance(value, str) and value == constant
    return lambda value: is_number(value) and bool(value == constant)


def _one_of_values(constants: list[Any]) -> Test:
    if all(isinstance(constant, str) for constant in constants):
        texts = frozenset(constants)
        return lambda value: isinstance(value, str) and value in texts
    tests = [_equals(constant) for constant in constants]
    return lambda value: any(test(value) for test in tests)


def _any_of(schemas: list[Any]) -> Test:
    tests = [compile_test(schema) for schema in schemas]
    return lambda value: any(test(value) for test in tests)


def _one_of(schemas: list[Any]) -> Test:
    tests = [compile_test(schema) for schema in schemas]
    return lambda value: sum(test(value) for test in tests) == 1


def _not(schema: Any) -> Test:
    test = compile_test(schema)
    return lambda value: not test(value)


def _contains(schema: Any) -> Test:
    test = compile_test(schema)
    return lambda value: not isinstance(value, list) or any(test(item) for item in value)


def _long(kind: type[str] | type[list[Any]], holds: Callable[[int], bool]) -> Test:
    return lambda value: not isinstance(value, kind) or holds(len(value))


_TESTS: Mapping[str, Callable[[Any], Test]] = {
    "const": _equals,
    "enum": _one_of_values,
    "type": lambda name: TYPES[name],
    "minimum": lambda limit: lambda value: not is_number(value) or value >= limit,
    "maximum": lambda limit: lambda value: not is_number(value) or value <= limit,
    "exclusiveMinimum": lambda limit: lambda value: not is_number(value) or value > limit,
    "exclusiveMaximum": lambda limit: lambda value: not is_number(value) or value < limit,
    "minLength": lambda limit: _long(str, lambda size: size >= limit),
    "maxLength": lambda limit: _long(str, lambda size: size <= limit),
    "minItems": lambda limit: _long(list, lambda size: size >= limit),
    "maxItems": lambda limit: _long(list, lambda size: size <= limit),
    "contains": _contains,
    "not": _not,
    "allOf": lambda schemas: _every([compile_test(schema) for schema in schemas]),
    "anyOf": _any_of,
    "oneOf": _one_of,
}


# --- what a condition reads --------------------------------------------------------------------

_BY_NAME = ("properties", "dependentSchemas", "dependentRequired")


def reads(schema: Any) -> frozenset[str] | None:
    """The names of the answers a condition looks at; None when it may look at any of them."""
    if isinstance(schema, bool):
        return frozenset()
    names: set[str] = set(schema.get("required", ()))
    for keyword in _BY_NAME:
        names.update(schema.get(keyword, {}))
    for inner in _inner(schema):
        found = reads(inner)
        if found is None:
            return None
        names |= found
    known = _OBJECT | set(_BY_NAME) | {"if", "then", "else"}
    return frozenset(names) if all(key in known or is_annotation(key) for key in schema) else None


def _inner(schema: Schema) -> list[Any]:
    inner = [schema[key] for key in ("if", "then", "else", "not") if key in schema]
    for keyword in ("allOf", "anyOf", "oneOf"):
        inner += schema.get(keyword, [])
    inner += schema.get("dependentSchemas", {}).values()
    for names in schema.get("dependentRequired", {}).values():
        inner.append({"required": names})
    return inner
