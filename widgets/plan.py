"""When something happens again and again."""

from widgets.control import Control


class Plan(Control):
    """Value: a shape of `runtime.calendars.habits`."""

    name = "plan"
    title = "Plan"


widget = Plan()
