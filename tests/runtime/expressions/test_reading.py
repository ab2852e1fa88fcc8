import sys
from decimal import Decimal
from typing import Any

import pytest

from runtime.expressions import EvaluationError, ExpressionError, compile_expression

RECORD = {
    "客户": "甲", "first name": "Li", "ＡＢＣ": "wide", "ABC": "narrow", "ﬁn": "ligature", "Ⅷ": "roman",
    "class": "kept", "é": "composed", "e\u0301": "decomposed", "a-b": 1,
    "__x__": "plain key", "": "nameless", "数量（件）": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", RECORD)
def test_every_name_can_be_looked_up_in_brackets(name: str) -> None:
    assert compile_expression(f'record["{name}"]').evaluate({"record": RECORD}) == RECORD[name]


@pytest.mark.parametrize("name", ["客户", "ＡＢＣ", "ABC", "ﬁn", "Ⅷ", "é", "e\u0301"])
def test_a_name_is_looked_up_as_it_is_written_not_as_python_would_normalise_it(name: str) -> None:
    expression = compile_expression(f"record . {name} == record.{name}")
    assert expression.reads == {("record", name)}
    assert compile_expression(f"[record.x, record.{name}]").evaluate({"record": RECORD}) == [None, RECORD[name]]


def test_an_expression_may_stand_on_several_lines() -> None:
    assert compile_expression("  1\n+ 2\r\n\t+\u3000 3  ").evaluate({}) == 6


@pytest.mark.parametrize("source", ["'a\\nb'", '"\\u4e2d"', "'it\\'s'", "'\\\\'", "'\"'", "'汉' '字'"])
def test_texts_are_as_python_writes_them(source: str) -> None:
    assert compile_expression(source).evaluate({}) == {
        "'a\\nb'": "a\nb", '"\\u4e2d"': "中", "'it\\'s'": "it's", "'\\\\'": "\\", "'\"'": '"', "'汉' '字'": "汉字",
    }[source]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("", 0), ("   ", 0), ("record.客户 + 甲.乙(1)", 12), ("  1 ** 2", 2), ("'汉字' + 'abc", 7),
        ("record.客户 # x", 10),
        ("甲 + 1abc", 5), ("ROUND(1) + NOPE(2)", 11), ("1 +\n+ NOPE(2)", 6), ("1 + ROUND()", 4),
        ("record.客户 == ", 12),
        ("x" * 2001, 2000), ("'甲' + '\\q'", 7), ("1 + (2", 4),
    ],
)  # fmt: skip
def test_an_error_of_reading_has_its_place_in_characters(source: str, position: int) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_expression(source)
    assert error.value.position == position


@pytest.mark.parametrize(
    ("source", "position"),
    [("record.客户 + 1", 0), ("'甲' == 'b' or 1 / 0 > 1", 14), ("1 + unknown.x", 4), ("\n '甲' and true", 2)],
)
def test_an_error_of_evaluation_has_its_place_in_characters(source: str, position: int) -> None:
    with pytest.raises(EvaluationError) as error:
        compile_expression(source).evaluate({"record": RECORD})
    assert error.value.position == position


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("1 + 2", set()),
        ("record.industry == 'x' and record.owner.department == me.department",
         {("record", "industry"), ("record", "owner", "department"), ("me", "department")}),
        ("linked.customer.grade", {("linked", "customer", "grade")}),
        ("COUNT(steps.find.items) > 0", {("steps", "find", "items")}),
        ("steps.find.items[0].name", {("steps", "find", "items")}),
        ("sum(x.amount * record.rate for x in record.lines if x.ok)", {("record", "rate"), ("record", "lines")}),
        ("[x for x in record.a] + [x]", {("record", "a"), ("x",)}),
        ("IF(record.a, record['b c'], today)", {("record", "a"), ("record", "b c"), ("today",)}),
    ],
)  # fmt: skip
def test_an_expression_tells_what_it_reads(source: str, reads: Any) -> None:
    assert compile_expression(source).reads == reads


def test_the_path_of_a_single_field_is_known() -> None:
    assert compile_expression("record.owner.department").path == ("record", "owner", "department")
    assert compile_expression("record.a + 1").path is None


def test_the_same_source_is_compiled_once() -> None:
    assert compile_expression("1 + 1") is compile_expression("1 + 1")


def test_numbers_are_read_exactly() -> None:
    assert compile_expression("0.10000000000000000555111512").evaluate({}) == Decimal("0.10000000000000000555111512")


def test_reading_leaves_no_warning_and_no_room_for_a_deeper_stack() -> None:
    deep = "(" * 60 + "1" + " + 1)" * 60
    assert compile_expression(deep).evaluate({}) == 61
    assert sys.getrecursionlimit() <= 1000


@pytest.mark.parametrize("function", ["round", "Round", "ROUND"])
def test_functions_are_written_in_any_case(function: str) -> None:
    assert compile_expression(f"{function}(1.5)").evaluate({}) == 2


def test_a_reserved_word_as_a_field_name_gets_advice() -> None:
    with pytest.raises(ExpressionError, match=r'write \["class"\]'):
        compile_expression("record.class == 1")
