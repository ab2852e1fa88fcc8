"""Links to records."""

from widgets.base import Field, Reader
from widgets.link import widget

FIELD = Field("customer", {"type": "string", "x-ref": {"form": "customer"}})


def test_a_link_is_shown_by_the_label_a_page_fetched_for_it():
    assert list(widget.refs("id1", FIELD)) == [("customer", "id1")]
    assert widget.display("id1", FIELD, Reader(labels={("customer", "id1"): "上海第一医院"})) == "上海第一医院"


def test_text_typed_without_picking_stays_in_the_box():
    assert widget.parse(["上海第"], FIELD, Reader()) == "上海第"
    assert widget.fill("上海第", FIELD, Reader())["label"] == "上海第"


def test_a_record_that_the_reader_may_not_see_is_not_named():
    hidden = "01a208e4-1881-710d-a4c9-adffabf18dd2"
    assert widget.display(hidden, FIELD, Reader()) == "(not visible to you)"
    assert widget.fill(hidden, FIELD, Reader())["value"] == hidden
