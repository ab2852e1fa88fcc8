"""One line of text."""

from widgets.base import Field, Reader
from widgets.text import widget

FIELD = Field("name", {"type": "string"})


def test_blanks_around_a_text_are_not_part_of_it():
    assert widget.parse(["  王小明 "], FIELD, Reader()) == "王小明"


def test_a_text_is_shown_as_it_is():
    assert widget.display("<b>王</b>", FIELD, Reader()) == "<b>王</b>"
