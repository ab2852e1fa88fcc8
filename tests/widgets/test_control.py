"""A value as a script edits it goes into the page and comes back as it was."""

import json
from decimal import Decimal
from typing import Any

import pytest

from widgets.assignments import widget
from widgets.base import Field, Reader

FIELD, READER = Field("set", {}), Reader()


@pytest.mark.parametrize("value", [{"a": {"value": Decimal("0.10")}}, {"a": {"value": 10**20}}, [Decimal(100)], "名"])
def test_what_is_filled_in_is_read_back(value: Any) -> None:
    assert widget.parse([widget.fill(value, FIELD, READER)["value"]], FIELD, READER) == value


def test_a_fraction_stays_exact_and_a_number() -> None:
    assert widget.parse(['{"a": 0.10}'], FIELD, READER) == {"a": Decimal("0.10")}
    assert json.loads(widget.fill(Decimal("0.10"), FIELD, READER)["value"]) == 0.1


@pytest.mark.parametrize("text", ["{", "NaN", "[1,", "nope"])
def test_what_is_no_json_stays_as_it_was_typed(text: str) -> None:
    assert widget.parse([text], FIELD, READER) == text
