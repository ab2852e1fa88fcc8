"""A time of day."""

from collections.abc import Mapping, Sequence

from widgets.base import Field, Json, Reader, given
from widgets.control import Control


class ClockTime(Control):
    """Value: hours and minutes as HH:MM, as the browser's own control sends them."""

    name = "clock_time"
    title = "Time"
    icon = "clock"

    def grouped(self, field: Field) -> bool:
        return False

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw)[:5] or None

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": str(value or "")}


widget = ClockTime()
