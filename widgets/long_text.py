"""Text of several lines."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, given


class LongText(Widget):
    """Several lines; line ends are plain newlines, whatever the browser sends."""

    name = "long_text"
    title = "Long text"
    icon = "align-left"
    rank = 10
    slot = "text"
    options: ClassVar[Mapping[str, Any]] = {
        "maxLength": {"type": "integer", "minimum": 1, "title": "At most so many characters"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and ui.get("ui:widget") in ("textarea", self.name)

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", **described(schema, ("minLength", "maxLength"))}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw).replace("\r\n", "\n") or None

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        # HTML swallows the first newline after <textarea>
        return {"value": "" if value is None else f"\n{value}"}


widget = LongText()
