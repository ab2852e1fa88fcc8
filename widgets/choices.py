"""Any of several, ticked."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described
from widgets.choice import options_of, title_of


class Choices(Widget):
    """A list of option values, in the order of the options."""

    name = "choices"
    title = "Multiple choice"
    icon = "list-check"
    rank = 30
    options: ClassVar[Mapping[str, Any]] = {
        "minItems": {"type": "integer", "minimum": 0, "title": "At least so many"},
        "maxItems": {"type": "integer", "minimum": 1, "title": "At most so many"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        items = schema.get("items") or {}
        return schema.get("type") == "array" and ("oneOf" in items or "enum" in items)

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        items = {"type": "string", "oneOf": []}
        return {"type": "array", "uniqueItems": True, "items": items, **described(schema, ("items", *self.options))}

    def grouped(self, field: Field) -> bool:
        return True

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return list(dict.fromkeys(text for text in raw if text.strip())) or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        if not isinstance(value, list):
            return "" if value is None else str(value)
        between = "、" if reader.lang.startswith("zh") else ", "
        return between.join(title_of(one, field.schema.get("items") or {}, reader) for one in value)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        ticked = value if isinstance(value, list) else []
        known = options_of(field.schema.get("items") or {})
        return {f"is:{option['const']}": " checked" for option in known if option["const"] in ticked}


widget = Choices()
