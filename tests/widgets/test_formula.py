"""Computed values."""

from decimal import Decimal

from widgets.base import Field, Reader
from widgets.formula import widget

FIELD = Field("total", {"type": "number", "x-formula": "record.a * 2", "x-currency": "CNY"})


def test_a_formula_is_shown_as_its_type_would_be():
    assert widget.display(Decimal("12.5"), FIELD, Reader()) == "¥12.50"


def test_a_formula_takes_nothing_from_the_page():
    assert widget.parse(["99"], FIELD, Reader()) is None
