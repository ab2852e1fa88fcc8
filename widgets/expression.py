"""A formula in one line."""

from widgets.control import Control


class Expression(Control):
    """Value: {"text": source}."""

    name = "expression"
    title = "Formula line"


widget = Expression()
