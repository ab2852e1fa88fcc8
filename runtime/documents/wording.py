"""What a broken JSON Schema rule is called in words."""

from collections.abc import Callable
from typing import Any

from jsonschema import ValidationError

from runtime.i18n import Message, message

_TYPES = {
    "object": message("This must be an object."),
    "array": message("This must be a list."),
    "string": message("This must be text."),
    "number": message("This must be a number."),
    "integer": message("This must be a whole number."),
    "boolean": message("This must be true or false."),
    "null": message("This must be empty."),
}

_WORDS: dict[str, Callable[[Any], Message]] = {
    "const": lambda rule: message("This must be “%(value)s”.", value=_short(rule)),
    "enum": lambda rule: message("This must be one of: %(values)s.", values=_short(", ".join(map(str, rule)))),
    "type": lambda rule: _TYPES.get(str(rule), message("This is of the wrong type.")),
    "pattern": lambda rule: message("This is not written as it must be: %(pattern)s.", pattern=_short(rule)),
    "minLength": lambda rule: message("This must not be empty."),
    "maxLength": lambda rule: message("This is longer than %(limit)s characters.", limit=rule),
    "minItems": lambda rule: message("At least %(limit)s entries are needed.", limit=rule),
    "maxItems": lambda rule: message("There are more than %(limit)s entries.", limit=rule),
    "maxProperties": lambda rule: message("There are more than %(limit)s entries.", limit=rule),
    "uniqueItems": lambda rule: message("An entry is there twice."),
    "minimum": lambda rule: message("This must be %(limit)s or more.", limit=rule),
    "maximum": lambda rule: message("This must be %(limit)s or less.", limit=rule),
    "format": lambda rule: message("This is not a valid %(format)s.", format=str(rule)),
    "oneOf": lambda rule: message("This has none of the known shapes, or several at once."),
    "anyOf": lambda rule: message("This has none of the known shapes."),
    "additionalProperties": lambda rule: message("A key here is not known."),
}


def worded(error: ValidationError) -> tuple[str, Message, tuple[str, ...]]:
    """The keyword, the sentence, and the name of what is missing, where something is."""
    keyword = str(error.validator)
    if keyword == "required":
        name = next(name for name in error.validator_value if f"{name!r} is a required" in error.message)
        return keyword, message("“%(name)s” is missing.", name=name), (name,)
    if keyword == "oneOf" and (names := alternatives(error.schema)):
        return keyword, *_chosen(names, error.instance)
    if keyword == "oneOf" and (values := [one["const"] for one in error.validator_value if "const" in one]):
        return keyword, _WORDS["enum"](values), ()
    words = _WORDS.get(keyword)
    why = words(error.validator_value) if words else message("This breaks the rule “%(rule)s”.", rule=keyword)
    return keyword, why, ()


def alternatives(schema: Any) -> list[str]:
    """The names of which a schema wants exactly one; none where its alternatives say anything else."""
    ways = schema.get("oneOf") or ()
    return [way["required"][0] for way in ways] if all(way.keys() == {"required"} for way in ways) else []


def _chosen(names: list[str], value: Any) -> tuple[Message, tuple[str, ...]]:
    """What is wrong with a choice of one name, and the name where it is mended: the first, or the one too much."""
    given = [name for name in names if isinstance(value, dict) and name in value]
    said = " / ".join(names)
    if given:
        return message("Only one of these can be given: %(names)s.", names=said), (given[-1],)
    return message("One of these is needed: %(names)s.", names=said), (names[0],)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"
