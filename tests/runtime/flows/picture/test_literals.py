"""Fixed values as expressions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.expressions import compile_expression
from runtime.flows.picture.literals import literal, read, write

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=20)
values = st.one_of(st.booleans(), texts, st.integers(-(10**6), 10**6))


@given(values)
def test_a_fixed_value_is_read_back_as_it_was(value: object) -> None:
    assert read(literal(value)) == {"value": value}


@given(values)
def test_the_language_gives_the_fixed_value(value: object) -> None:
    assert compile_expression(literal(value)).evaluate({}) == value


@pytest.mark.parametrize("source", ["record.amount", "1 + 2", "f'x'", "b'x'", "(1, 2)", "1e999", "None"])
def test_what_is_no_plain_value_stays_a_formula(source: str) -> None:
    assert read(source) == {"text": source}


def test_a_fraction_keeps_its_digits() -> None:
    assert read("1.10") == {"value": Decimal("1.10")}
    assert write({"value": Decimal("1.10")}) == "1.10"


def test_a_formula_is_written_as_it_is() -> None:
    assert write({"text": "record.amount * 2"}) == "record.amount * 2"
