"""A value the form computes: shown, never typed."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, widget_of


class Formula(Widget):
    """Shown as the type of its result would show it."""

    name = "formula"
    title = "Formula"
    icon = "math-function"
    rank = 100
    slot = "none"
    options: ClassVar[Mapping[str, Any]] = {
        "x-formula": {"type": "string", "title": "Formula"},
        "type": {"type": "string", "enum": ["number", "string", "boolean"], "title": "Kind of result"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return "x-formula" in schema

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        kept = described(schema, (*self.options, "format", "x-currency", "x-scale", "oneOf"))
        return {"type": "number", "x-formula": "", **kept}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        schema = {key: part for key, part in field.schema.items() if key != "x-formula"}
        return widget_of(schema).display(value, Field(field.name, schema, field.ui), reader)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": self.display(value, field, reader) or "—"}


widget = Formula()
