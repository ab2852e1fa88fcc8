"""One of several."""

from widgets.base import Field, Reader
from widgets.choice import widget

OPTIONS = [{"const": "a", "title": "甲", "x-texts": {"en": {"title": "Alpha"}}}, {"const": "b", "title": "乙"}]
FIELD = Field("kind", {"type": "string", "oneOf": OPTIONS})


def test_an_option_is_kept_by_value_and_shown_by_title():
    assert widget.parse(["a"], FIELD, Reader()) == "a"
    assert widget.display("a", FIELD, Reader()) == "甲"


def test_an_option_is_shown_in_the_readers_language():
    reader = Reader(text=lambda part, key: part.get("x-texts", {}).get("en", {}).get(key) or part[key])
    assert [widget.display(value, FIELD, reader) for value in "ab"] == ["Alpha", "乙"]


def test_a_value_that_is_no_option_any_more_is_shown_as_it_is():
    assert widget.display("gone", FIELD, Reader()) == "gone"


def test_few_options_stand_open_and_many_are_a_list():
    many = {"type": "string", "enum": [str(number) for number in range(9)]}
    assert widget.grouped(FIELD)
    assert not widget.grouped(Field("x", many))
    assert widget.grouped(Field("x", many, {"ui:widget": "radio"}))
