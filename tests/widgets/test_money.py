"""Amounts with a currency."""

from decimal import Decimal

import pytest

from widgets.base import Field, Reader
from widgets.money import widget

FIELD = Field("amount", {"type": "number", "x-currency": "CNY", "x-scale": 2})


@pytest.mark.parametrize("typed", ["1234.5", "1,234.5", "¥1,234.5", "￥ 1234.5"])
def test_an_amount_is_read_with_or_without_its_sign(typed: str):
    assert widget.parse([typed], FIELD, Reader()) == Decimal("1234.5")


def test_what_is_no_amount_stays_as_it_was_typed():
    assert widget.parse(["¥ about 5"], FIELD, Reader()) == "¥ about 5"


def test_an_amount_is_shown_with_sign_marks_and_its_decimals_rounded_half_up():
    assert widget.display(Decimal("1234.505"), FIELD, Reader()) == "¥1,234.51"
    assert widget.display(-5, FIELD, Reader()) == "-¥5.00"


def test_a_currency_without_a_sign_is_named():
    field = Field("amount", {"type": "number", "x-currency": "CHF", "x-scale": 0})
    assert widget.display(1000, field, Reader()) == "CHF 1,000"
