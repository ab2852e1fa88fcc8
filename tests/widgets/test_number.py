"""Numbers as people type them."""

from decimal import Decimal
from typing import Any

import pytest

from widgets.base import Field, Reader
from widgets.number import widget

FIELD = Field("count", {"type": "number"})


TYPED = {"12": 12, "-3.50": Decimal("-3.50"), "1,234,567.8": Decimal("1234567.8"), "１２３．５": Decimal("123.5")}


@pytest.mark.parametrize(("typed", "value"), TYPED.items())
def test_a_number_is_read_as_people_type_it(typed: str, value: Any):
    assert widget.parse([typed], FIELD, Reader()) == value


@pytest.mark.parametrize("typed", ["abc", "1,5", "1e5", "NaN", "Infinity", "9" * 61, "1.2.3", "--1"])
def test_what_is_no_number_stays_as_it_was_typed(typed: str):
    assert widget.parse([typed], FIELD, Reader()) == typed
    assert widget.fill(typed, FIELD, Reader())["value"] == typed


def test_a_number_is_shown_with_thousands_marks():
    assert widget.display(1234567, FIELD, Reader()) == "1,234,567"
    assert widget.display(Decimal("1234.50"), FIELD, Reader()) == "1,234.50"


def test_a_large_decimal_is_never_written_with_an_exponent():
    assert widget.fill(Decimal("1E+3"), FIELD, Reader())["value"] == "1000"
