"""What a broken rule is called in plain words, with the question's title."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from runtime.answers.schemas import Schema
from runtime.i18n import Message, message


def missing(title: str, schema: Schema) -> Message:
    """What to do about a question that must be answered."""
    if "x-file" in schema:
        return message("Add %(field)s.", field=title)
    choices = ("oneOf", "enum", "x-ref")
    items = schema.get("items")
    among = schema.get("type") == "boolean" or any(key in schema for key in choices)
    if among or (isinstance(items, dict) and any(key in items for key in choices)):
        return message("Choose %(field)s.", field=title)
    return message("Enter %(field)s.", field=title)


def broken(keyword: str, operand: Any, title: str) -> Message:
    """What is wrong with an answer that breaks the rule `keyword: operand`."""
    if keyword == "type":
        return _wrong_type(operand, title)
    if keyword == "format":
        return _wrong_format(operand, title)
    wording = _WORDINGS.get(keyword)
    return wording(title, _shown(operand)) if wording else message("%(field)s is not valid.", field=title)


def _shown(operand: Any) -> str:
    return f"{operand:f}" if isinstance(operand, Decimal) else str(operand)


def _wrong_type(operand: Any, title: str) -> Message:
    kinds: Mapping[str, Callable[[str], Message]] = {
        "string": lambda field: message("%(field)s must be text.", field=field),
        "number": lambda field: message("%(field)s must be a number.", field=field),
        "integer": lambda field: message("%(field)s must be a whole number.", field=field),
        "boolean": lambda field: message("%(field)s must be yes or no.", field=field),
        "array": lambda field: message("%(field)s must be a list.", field=field),
        "object": lambda field: message("%(field)s must be a group of values.", field=field),
    }
    named = next((each for each in operand if each != "null"), None) if isinstance(operand, list) else operand
    kind = kinds.get(str(named))
    return kind(title) if kind else message("%(field)s is not valid.", field=title)


def _wrong_format(operand: Any, title: str) -> Message:
    if operand == "date":
        return message("%(field)s must be a date such as 2026-01-31.", field=title)
    if operand == "date-time":
        return message("%(field)s must be a date and time with its zone, such as 2026-01-31T08:00:00Z.", field=title)
    if operand == "email":
        return message("%(field)s must be a mail address such as name@example.com.", field=title)
    if operand == "uri":
        return message("%(field)s must be a web address such as https://example.com.", field=title)
    return message("%(field)s is not valid.", field=title)


def _not_an_option(field: str, _: str) -> Message:
    return message("%(field)s is not one of the options.", field=field)


def _two_sided(field: str, _: str) -> Message:
    return message("%(field)s is not possible together with the other answers.", field=field)


_WORDINGS: Mapping[str, Callable[[str, str], Message]] = {
    "minimum": lambda field, limit: message(
        "%(field)s must be at least %(limit)s.", field=field, limit=limit
    ),
    "maximum": lambda field, limit: message(
        "%(field)s must be at most %(limit)s.", field=field, limit=limit
    ),
    "exclusiveMinimum": lambda field, limit: message(
        "%(field)s must be more than %(limit)s.", field=field, limit=limit
    ),
    "exclusiveMaximum": lambda field, limit: message(
        "%(field)s must be less than %(limit)s.", field=field, limit=limit
    ),
    "multipleOf": lambda field, limit: message(
        "%(field)s must be a multiple of %(limit)s.", field=field, limit=limit
    ),
    "minLength": lambda field, limit: message(
        "%(field)s is too short: at least %(limit)s characters.", field=field, limit=limit
    ),
    "maxLength": lambda field, limit: message(
        "%(field)s is too long: at most %(limit)s characters.", field=field, limit=limit
    ),
    "minItems": lambda field, limit: message(
        "%(field)s needs at least %(limit)s entries.", field=field, limit=limit
    ),
    "maxItems": lambda field, limit: message(
        "%(field)s takes at most %(limit)s entries.", field=field, limit=limit
    ),
    "uniqueItems": lambda field, _: message("%(field)s names something twice.", field=field),
    "pattern": lambda field, _: message("%(field)s is not written in the right form.", field=field),
    "required": lambda field, _: message("%(field)s is not complete.", field=field),
    "const": _not_an_option,
    "enum": _not_an_option,
    "oneOf": _not_an_option,
    "anyOf": _not_an_option,
    "not": _two_sided,
}  # fmt: skip


def stray(name: str, reason: str) -> Message:
    """Why an answer under this name is not taken at all."""
    if reason == "protected":
        return message("%(name)s is kept by the system and cannot be set.", name=name)
    if reason == "readOnly":
        return message("%(field)s is worked out and cannot be set.", field=name)
    return message("There is no field %(name)s.", name=name)


def one_of_these(titles: list[str]) -> Message:
    """At least one of several questions must be answered."""
    return message("Answer at least one of: %(fields)s.", fields=", ".join(titles))


def together() -> Message:
    """The answers break a rule that is about all of them."""
    return message("These answers do not go together.")


def not_worked_out(title: str, why: Message) -> Message:
    """An expression met values it cannot work with."""
    if not title:
        return message("A rule of this form could not be checked: %(why)s", why=why)
    return message("%(field)s could not be worked out: %(why)s", field=title, why=why)


def check_failed(title: str) -> Message:
    """A check without words of its own does not hold."""
    return message("%(field)s is not possible together with the other answers.", field=title) if title else together()
