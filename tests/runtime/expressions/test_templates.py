from decimal import Decimal
from typing import Any

import pytest

from runtime.expressions import COMMON_NAMES, EvaluationError, ExpressionError, compile_text, record_scope

NAMES = {"record": {"name": "Li", "amount": Decimal("12.5"), "客户": "甲"}}


def shown(value: Any, path: tuple[str, ...] | None) -> str:
    return f"{'.'.join(path) if path else '='}:{value}"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""), ("plain", "plain"), ("{{record.name}}", "record.name:Li"), ("a {{ 1 + 1 }} b", "a =:2 b"),
        ("{{record.name}}{{ record.客户 }}!", "record.name:Lirecord.客户:甲!"), ("{{ '}}' }}", "=:}}"),
        ('{{ "{{" }}', "=:{{"),
        ("{{ record['name'] }}", "record.name:Li"), ("100% {x} }}", "100% {x} }}"),
        ("{{\nrecord.name\n}}", "record.name:Li"),
        ("{{ 'it\\'s }}' }}", "=:it's }}"),
    ],
)  # fmt: skip
def test_a_text_is_filled(source: str, text: str) -> None:
    assert compile_text(source).evaluate(NAMES, shown) == text


def test_a_text_tells_what_it_reads_and_what_is_wrong_with_it() -> None:
    source = "甲 {{ record.name }} {{ record.nowhere }} {{ 1 + 'a' }}"
    text = compile_text(source)
    assert text.reads == {("record", "name"), ("record", "nowhere")}
    scope = {**COMMON_NAMES, "record": record_scope({"name": {"type": "string"}})}
    assert [problem.position for problem in text.check(scope)] == [source.index("record.no"), source.index("1 +")]


@pytest.mark.parametrize(
    ("source", "position"), [("甲 {{ x", 2), ("甲 {{ 1 ** 2 }}", 5), ("{{ a }} {{ }}", 10), ("{{ 'x }}", 0)]
)
def test_an_error_counts_its_place_in_the_whole_text(source: str, position: int) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_text(source)
    assert error.value.position == position


def test_an_error_of_evaluation_counts_in_the_whole_text_too() -> None:
    with pytest.raises(EvaluationError) as error:
        compile_text("甲乙 {{ 1 / 0 }}").evaluate({}, shown)
    assert error.value.position == 6


def test_a_text_is_bounded() -> None:
    with pytest.raises(ExpressionError):
        compile_text("x" * 20_001)
    with pytest.raises(EvaluationError):
        compile_text("{{ record.long }}" * 3).evaluate({"record": {"long": "x" * 40_000}}, shown)
