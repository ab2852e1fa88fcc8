"""People."""

from widgets.base import PERSON, Field, Reader
from widgets.person import widget

FIELD = Field("owner", {"type": "string", "x-ref": {"person": True}})


def test_a_person_is_shown_by_name():
    assert list(widget.refs("m1", FIELD)) == [(PERSON, "m1")]
    assert widget.display("m1", FIELD, Reader(labels={(PERSON, "m1"): "王小明"})) == "王小明"
