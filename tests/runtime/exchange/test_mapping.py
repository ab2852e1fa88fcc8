"""Which column fills which field: guessed from titles, or said."""

from typing import Any

import pytest

from runtime.answers import compile_form
from runtime.contracts import Refused
from runtime.exchange.mapping import Column, Options, as_json, guess, read_options

FORM = compile_form(
    {
        "format": "form/1",
        "key": "order",
        "title": "订单",
        "schema": {
            "type": "object",
            "properties": {
                "number": {"type": "string", "title": "编号", "x-texts": {"en": {"title": "Order No"}}},
                "province": {"type": "string", "title": "省/自治区"},
                "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
                "amount": {"type": "number", "title": "金额"},
                "doubled": {"type": "number", "title": "两倍", "x-formula": "record.amount * 2"},
            },
            "required": ["number"],
        },
    }
)


def refused(asked: dict[str, Any], *header: str) -> dict[str, str]:
    with pytest.raises(Refused) as found:
        read_options(asked, FORM, header)
    return {problem.pointer: problem.keyword for problem in found.value.problems}


def test_a_header_is_a_fields_name_or_its_title_in_any_language() -> None:
    found = guess(FORM, ("ORDER no", "省/自治区", "customer", "别的", ""))
    assert found == [Column("ORDER no", "number"), Column("省/自治区", "province"), Column("customer", "customer")]


def test_each_field_is_guessed_once_and_a_computed_one_never() -> None:
    assert guess(FORM, ("编号", "number", "两倍")) == [Column("编号", "number")]


@pytest.mark.parametrize(
    ("header", "filled"),
    [
        (("order_amount",), {"order_amount": "amount"}),
        (("Total Amount", "customer"), {"Total Amount": "amount", "customer": "customer"}),
        (("order_amount", "amount"), {"amount": "amount"}),  # what is called so has it
        (("order_amount", "paid_amount"), {}),  # which of them, nobody knows
        (("amount_paid", "含税 两倍", "disamount"), {}),
    ],
)
def test_a_header_of_several_words_is_guessed_by_its_last_where_one_alone_ends_so(
    header: tuple[str, ...], filled: dict[str, str]
) -> None:
    assert {column.header: column.field for column in guess(FORM, header)} == filled


def test_a_mapping_names_columns_and_what_links_are_found_by() -> None:
    mapping = {"A": "number", "B": {"field": "customer", "by": "code"}}
    options = read_options({"mapping": mapping, "mode": "upsert", "key": "number", "lenient": True}, FORM, ("A", "B"))
    assert options == Options((Column("A", "number"), Column("B", "customer", "code")), "upsert", "number", True)


def test_options_are_kept_as_they_were_read() -> None:
    options = read_options({"mapping": {"A": "number"}, "sheet": "一", "flows": True, "dry_run": True}, FORM, ("A",))
    assert as_json(options) == {
        "mapping": {"A": {"field": "number", "by": None}},
        "mode": "insert", "key": None, "lenient": False, "flows": True, "dry_run": True, "sheet": "一",
    }  # fmt: skip


def test_all_that_is_wrong_is_said_at_once_with_its_place() -> None:
    mapping = {"没有": "number", "A/1": "nope", "B": "doubled", "C": "amount", "D": "amount", "E": {"by": "x"}}
    assert refused({"mapping": mapping, "mode": "merge"}, "A/1", "B", "C", "D", "E") == {
        "/mapping/没有": "unknown", "/mapping/A~11": "unknown", "/mapping/B": "readOnly",
        "/mapping/D": "uniqueItems", "/mapping/E": "unknown", "/mode": "enum", "/key": "required",
    }  # fmt: skip


@pytest.mark.parametrize("field", [None, 3, ["number"], {"field": ["number"]}, {"field": {"a": 1}}, True])
def test_a_mapping_to_what_is_no_name_is_refused(field: Any) -> None:
    assert refused({"mapping": {"A": field}}, "A") == {"/mapping/A": "unknown", "/mapping": "minItems"}


def test_what_links_are_found_by_is_a_field_of_the_linked_form_by_name() -> None:
    assert refused({"mapping": {"A": {"field": "customer", "by": ["x"]}}}, "A")["/mapping/A"] == "type"
    assert refused({"mapping": {"A": {"field": "amount", "by": "x"}}}, "A")["/mapping/A"] == "x-ref"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"mapping": ["A"]}, "/mapping"),
        ({"mode": 3}, "/mode"),
        ({"mode": ["insert"]}, "/mode"),
        ({"key": 3, "mode": "upsert"}, "/key"),
        ({"key": ["number"], "mode": "upsert"}, "/key"),
        ({"key": "amount", "mode": "update"}, "/key"),
        ({"lenient": "yes"}, "/lenient"),
        ({"flows": 1}, "/flows"),
        ({"sheet": 3}, "/sheet"),
        ({"modus": "insert"}, "/modus"),
    ],
)
def test_options_of_a_wrong_kind_are_refused(asked: dict[str, Any], pointer: str) -> None:
    assert pointer in refused(asked, "编号")


def test_a_table_that_fits_nothing_is_refused() -> None:
    assert refused({}, "x", "y") == {"/mapping": "minItems"}
