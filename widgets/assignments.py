"""Which fields get which values."""

from widgets.control import Control


class Assignments(Control):
    """Value: {field: {"value": json} or {"text": expression}}."""

    name = "assignments"
    title = "Values"


widget = Assignments()
