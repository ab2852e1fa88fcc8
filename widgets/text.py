"""A single line of text."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, given


class Text(Widget):
    """One line, as typed, without the blanks around it."""

    name = "text"
    title = "Text"
    icon = "letter-t"
    rank = -100
    slot = "text"
    options: ClassVar[Mapping[str, Any]] = {
        "minLength": {"type": "integer", "minimum": 0, "title": "At least so many characters"},
        "maxLength": {"type": "integer", "minimum": 1, "title": "At most so many characters"},
        "pattern": {"type": "string", "title": "Must match the pattern"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string"

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", **described(schema, (*self.options, "format"))}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw) or None


widget = Text()
