"""Yes or no, asked with two choices, so that unanswered is not "no"."""

from collections.abc import Mapping, Sequence
from typing import Any

from widgets.base import Field, Json, Reader, Widget, described, given

WORDS = {"true": True, "false": False}


class YesNo(Widget):
    """A boolean, or nothing yet."""

    name = "yes_no"
    title = "Yes or no"
    icon = "toggle-left"
    rank = 20
    slot = "text"

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "boolean"

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "boolean", **described(schema, ())}

    def grouped(self, field: Field) -> bool:
        return True

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        text = given(raw)
        return WORDS.get(text.lower(), text) if text else None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        if not isinstance(value, bool):
            return "" if value is None else str(value)
        return reader.translate("Yes") if value else reader.translate("No")

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"true": " checked" if value is True else "", "false": " checked" if value is False else ""}


widget = YesNo()
