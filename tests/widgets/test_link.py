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
