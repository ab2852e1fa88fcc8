"""Any of several."""

from widgets.base import Field, Reader
from widgets.choices import widget

FIELD = Field(
    "tags", {"type": "array", "items": {"oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]}}
)


def test_ticks_are_a_list_without_doubles():
    assert widget.parse(["b", "a", "b", ""], FIELD, Reader()) == ["b", "a"]


def test_ticks_are_shown_by_their_titles():
    assert widget.display(["a", "b"], FIELD, Reader(lang="zh-CN")) == "甲、乙"
    assert widget.fill(["b"], FIELD, Reader()) == {"is:b": " checked"}
