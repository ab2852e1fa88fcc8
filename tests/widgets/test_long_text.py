"""Several lines of text."""

from widgets.base import Field, Reader
from widgets.long_text import widget

FIELD = Field("note", {"type": "string"}, {"ui:widget": "textarea"})


def test_line_ends_are_newlines_whatever_the_browser_sends():
    assert widget.parse(["一\r\n二"], FIELD, Reader()) == "一\n二"


def test_a_first_line_that_is_empty_survives_the_page():
    assert widget.fill("\n二", FIELD, Reader())["value"] == "\n\n二"
