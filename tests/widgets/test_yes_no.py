"""Yes, no, or not answered."""

from widgets.base import Field, Reader
from widgets.yes_no import widget

FIELD = Field("joins", {"type": "boolean"})


def test_no_is_an_answer_and_unanswered_is_not():
    assert widget.parse(["false"], FIELD, Reader()) is False
    assert widget.parse([], FIELD, Reader()) is None


def test_neither_choice_is_marked_before_an_answer():
    assert set(widget.fill(None, FIELD, Reader()).values()) == {""}


def test_it_is_shown_in_the_readers_words():
    reader = Reader(translate={"Yes": "是", "No": "否"}.__getitem__)
    assert [widget.display(value, FIELD, reader) for value in (True, False)] == ["是", "否"]
