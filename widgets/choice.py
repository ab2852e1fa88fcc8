"""One of several: few are radio choices, many are a list to open."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, given

FEW = 5
"""Up to so many options all stand open at once."""


def options_of(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The options as `{"const", "title"}`, whether written as oneOf or as enum."""
    if "oneOf" in schema:
        yield from schema["oneOf"]
    else:
        yield from ({"const": const, "title": str(const)} for const in schema.get("enum", ()))


def title_of(value: Json, schema: Mapping[str, Any], reader: Reader) -> str:
    """What an option is called; a value that is no option stays as it is."""
    found = next((option for option in options_of(schema) if option.get("const") == value), None)
    return (reader.text(found, "title") if found else "") or ("" if value is None else str(value))


class Choice(Widget):
    """One option, kept by its value; the title may change freely."""

    name = "choice"
    title = "Single choice"
    icon = "circle-dot"
    rank = 30
    slot = "text"
    options: ClassVar[Mapping[str, Any]] = {
        "oneOf": {
            "type": "array",
            "minItems": 1,
            "title": "Options",
            "items": {
                "type": "object",
                "required": ["const"],
                "properties": {
                    "const": {"type": "string", "title": "Value"},
                    "title": {"type": "string", "title": "Title"},
                },
            },
        }
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        titled = all("const" in option for option in schema.get("oneOf", ())) and "oneOf" in schema
        return schema.get("type", "string") == "string" and (titled or "enum" in schema)

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "oneOf": [], **described(schema, ("oneOf", "x-options-from"))}

    def grouped(self, field: Field) -> bool:
        wanted = field.ui.get("ui:widget")
        if wanted in ("radio", "select"):
            return bool(wanted == "radio")
        return len(list(options_of(field.schema))) <= FEW

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw) or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        return title_of(value, field.schema, reader)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        mark = " checked" if self.grouped(field) else " selected"
        return {f"is:{option['const']}": mark for option in options_of(field.schema) if option["const"] == value}


widget = Choice()
