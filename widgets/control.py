"""What the builder's own controls share: their value is JSON that a script edits and a hidden input carries."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import simplejson

from widgets.base import Field, Json, Reader, Widget, given


class Control(Widget):
    """A control that stands only where a panel's ui names it; `ui:options` tells its script what can be chosen."""

    icon = "settings"
    slot: ClassVar[Literal["text", "number", "moment", "ref", "none"]] = "none"

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return bool(ui.get("ui:widget") == self.name)

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def grouped(self, field: Field) -> bool:
        return True

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        """The JSON that was sent, its fractions as Decimal; what is no JSON stays as it was typed, so that the check
        names it."""
        text = given(raw)
        try:
            return simplejson.loads(text, use_decimal=True) if text else None
        except ValueError:
            return text

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": "" if value is None else simplejson.dumps(value, ensure_ascii=False)}
