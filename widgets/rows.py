"""A few rows of settings."""

from widgets.control import Control


class Rows(Control):
    """Value: a list of objects; a formula cell is {"value"} or {"text"}, a condition cell {"tree"} or {"text"}."""

    name = "rows"
    title = "Rows"


widget = Rows()
