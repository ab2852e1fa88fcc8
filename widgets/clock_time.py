"""A time of day."""

from collections.abc import Mapping, Sequence
from typing import Any

from widgets.base import Field, Json, Reader, Widget, given


class ClockTime(Widget):
    """Hours and minutes as HH:MM; stands only where a panel's ui names it."""

    name = "clock_time"
    title = "Time"
    icon = "clock"

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return ui.get("ui:widget") == self.name

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw)[:5] or None


widget = ClockTime()
