"""The kinds of field an admin can drag in: what each is called and the schema it starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.i18n import Message, message

_CHOICES = [{"const": "1", "title": "1"}, {"const": "2", "title": "2"}]
_FILE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "type": {"type": "string"},
    },
}


@dataclass(frozen=True)
class Kind:
    """A kind of field: its widget's name, its title, its icon, and what a new one looks like."""

    name: str
    title: Message
    icon: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("text", message("Text"), "forms", {"type": "string"}),
        Kind("long_text", message("Long text"), "align-left", {"type": "string"}, {"ui:widget": "textarea"}),
        Kind("number", message("Number"), "number", {"type": "number"}),
        Kind("money", message("Money"), "currency-yuan", {"type": "number", "x-currency": "CNY", "x-scale": 2}),
        Kind("date", message("Date"), "calendar", {"type": "string", "format": "date"}),
        Kind("datetime", message("Date and time"), "clock", {"type": "string", "format": "date-time"}),
        Kind("yes_no", message("Yes or no"), "toggle-left", {"type": "boolean"}),
        Kind("choice", message("One choice"), "circle-dot", {"type": "string", "oneOf": _CHOICES},
             {"ui:widget": "radio"}),
        Kind("choices", message("Several choices"), "checkbox",
             {"type": "array", "uniqueItems": True, "items": {"type": "string", "oneOf": _CHOICES}}),
        Kind("person", message("Person"), "user", {"type": "string", "x-ref": {"person": True}}),
        Kind("link", message("Linked record"), "link", {"type": "string", "x-ref": {"form": ""}}),
        Kind("file", message("Photo or file"), "camera",
             {"type": "array", "x-file": {"accept": ""}, "maxItems": 9, "items": _FILE}),
        Kind("formula", message("Formula"), "math-function", {"type": "number", "x-formula": "0"}),
    )
}  # fmt: skip
