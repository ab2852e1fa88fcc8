"""A condition as chips."""

from widgets.control import Control


class Condition(Control):
    """Value: {"tree": tree} or {"text": source}."""

    name = "condition"
    title = "Condition"


widget = Condition()
