"""Who is meant."""

from widgets.control import Control


class People(Control):
    """Value: a list of people selectors, as documents hold them."""

    name = "people"
    title = "People"


widget = People()
