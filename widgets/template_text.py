"""A text in which fields are filled in."""

from widgets.control import Control


class TemplateText(Control):
    """Value: {"text": source}."""

    name = "template_text"
    title = "Text with fields"


widget = TemplateText()
