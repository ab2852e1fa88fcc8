"""What every operator means with every kind of value."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runtime.expressions import EvaluationError, compile_expression

VALUES: dict[str, Any] = {
    "null": None,
    "yes": True,
    "n": Decimal("6"),
    "m": Decimal("4"),
    "s": "ab",
    "u": "b",
    "d": date(2024, 3, 1),
    "e": date(2024, 2, 28),
    "t": datetime(2024, 3, 1, 12, tzinfo=UTC),
    "v": datetime(2024, 3, 1, 6, tzinfo=UTC),
    "p": timedelta(days=2),
    "q": timedelta(hours=12),
    "l": [Decimal(1), Decimal(2)],
    "k": [Decimal(2)],
    "o": {"a": Decimal(1)},
}
ARITHMETIC = {
    "n + m": Decimal(10),
    "n - m": Decimal(2),
    "n * m": Decimal(24),
    "n / m": Decimal("1.5"),
    "n % m": Decimal(2),
    "s + u": "abb",
    "d + p": date(2024, 3, 3),
    "p + d": date(2024, 3, 3),
    "d - p": date(2024, 2, 28),
    "d - e": timedelta(days=2),
    "t + p": datetime(2024, 3, 3, 12, tzinfo=UTC),
    "p + t": datetime(2024, 3, 3, 12, tzinfo=UTC),
    "t - p": datetime(2024, 2, 28, 12, tzinfo=UTC),
    "t - v": timedelta(hours=6),
    "p + q": timedelta(days=2, hours=12),
    "p - q": timedelta(days=1, hours=12),
    "p * n": timedelta(days=12),
    "n * p": timedelta(days=12),
    "p / m": timedelta(hours=12),
    "p / q": Decimal(4),
    "l + k": [Decimal(1), Decimal(2), Decimal(2)],
}
PAIRS = ("nm", "su", "de", "tv", "pq", "lk")
"""Two values of each kind that has two names above."""
KINDS = ("yes", "n", "s", "d", "t", "p", "l", "o")
SECOND = {"n": "m", "s": "u", "d": "e", "t": "v", "p": "q", "l": "k"}
ARITHMETIC_KINDS = {tuple(source.split()) for source in ARITHMETIC}


def evaluate(source: str) -> Any:
    return compile_expression(source).evaluate(VALUES)


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


@pytest.mark.parametrize(("source", "result"), ARITHMETIC.items())
def test_arithmetic_between_kinds_that_go_together(source: str, result: Any) -> None:
    assert same(evaluate(source), result)


def _has_meaning(op: str, left: str, right: str) -> bool:
    first = {second: name for name, second in SECOND.items()}
    return any(used == op and first.get(a, a) == left and first.get(b, b) == right for a, used, b in ARITHMETIC_KINDS)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "%"])
@pytest.mark.parametrize("left", KINDS)
@pytest.mark.parametrize("right", KINDS)
def test_arithmetic_between_all_other_kinds_is_an_error_at_its_place(op: str, left: str, right: str) -> None:
    if _has_meaning(op, left, right):
        assert evaluate(f"{left} {op} {right}") is not None
        return
    with pytest.raises(EvaluationError) as error:
        evaluate(f"n + ({left} {op} {right})")
    assert error.value.position == 5


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "in", "not in"])
@pytest.mark.parametrize("other", [*KINDS, "missing"])
def test_anything_with_null_gives_null(op: str, other: str) -> None:
    values = {**VALUES, "missing": None, "nothing": None}
    assert compile_expression(f"nothing {op} {other}").evaluate(values) is None
    assert compile_expression(f"{other} {op} nothing").evaluate(values) is None


@pytest.mark.parametrize("name", [*KINDS, "missing"])
def test_comparing_with_the_word_null_asks(name: str) -> None:
    values = {**VALUES, "missing": None}
    empty = values[name] is None
    assert compile_expression(f"{name} == null").evaluate(values) is empty
    assert compile_expression(f"null != {name}").evaluate(values) is not empty


@pytest.mark.parametrize("pair", PAIRS)
def test_equality_within_a_kind(pair: str) -> None:
    a, b = pair
    assert [evaluate(f"{a} == {a}"), evaluate(f"{a} == {b}"), evaluate(f"{a} != {b}")] == [True, False, True]


@pytest.mark.parametrize("left", KINDS)
@pytest.mark.parametrize("right", KINDS)
@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_comparison_across_kinds_is_an_error(op: str, left: str, right: str) -> None:
    ordered = left == right and left not in ("yes", "l", "o")
    if {left, right} == {"d", "t"}:
        assert evaluate(f"{left} {op} {right}") is (op in ("==", "<=", ">="))
        return
    if left == right and (op in ("==", "!=") or ordered):
        assert evaluate(f"{left} {op} {right}") is (op in ("==", "<=", ">="))
        return
    with pytest.raises(EvaluationError):
        evaluate(f"{left} {op} {right}")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("m < n", True), ("n <= m", False), ("u > s", True), ("e < d", True), ("v < t", True), ("q < p", True),
        ("m < 5 < n", True), ("m < n < 5", False), ("m < null < n", None),
        ("2 in l", True), ("3 in l", False), ("'2' in l", False), ("2 not in l", False), ("'b' in s", True),
        ("s in ['ab', 'cd']", True), ("s in ('ab', null)", True), ("1 == 1.00", True), ("o == o", True),
        ("[1, null] == [1, null]", True), ("[1, 2] == [2, 1]", False), ("true == (n == 6)", True),
    ],
)  # fmt: skip
def test_order_and_membership(source: str, result: Any) -> None:
    assert evaluate(source) is result


TRUTH = {True: "true", False: "false", None: "null"}


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_and_or_not_have_three_values(left: bool | None, right: bool | None) -> None:
    def known(part: bool | None) -> int:
        return {False: 0, None: 1, True: 2}[part]

    both, either = min(left, right, key=known), max(left, right, key=known)
    assert evaluate(f"{TRUTH[left]} and {TRUTH[right]}") is both
    assert evaluate(f"{TRUTH[left]} or {TRUTH[right]}") is either
    assert evaluate(f"not {TRUTH[left]}") is (None if left is None else not left)


def test_logic_stops_where_the_answer_is_known() -> None:
    assert evaluate("false and 1 / 0 == 1") is False
    assert evaluate("true or 1 / 0 == 1") is True


@pytest.mark.parametrize("source", ["n and true", "s or false", "not l", "1 if n else 2", "IF(s, 1, 2)", "not 'x'"])
def test_a_condition_must_be_yes_or_no(source: str) -> None:
    with pytest.raises(EvaluationError):
        evaluate(source)


def test_a_condition_that_is_null_takes_the_other_branch_and_does_not_hold() -> None:
    assert evaluate("1 if null else 2") == 2
    assert not compile_expression("x > 1").holds({"x": None})
    assert compile_expression("x > 1").holds({"x": Decimal(2)})
    assert not compile_expression("x").holds({"x": Decimal(1)})


@pytest.mark.parametrize(
    ("source", "result"),
    [("-n", Decimal(-6)), ("+n", Decimal(6)), ("-p", timedelta(days=-2)), ("-null", None), ("-(n)", Decimal(-6))],
)
def test_signs(source: str, result: Any) -> None:
    assert same(evaluate(source), result)


@pytest.mark.parametrize("source", ["-s", "+s", "-d", "-yes", "-l", "1 / 0", "1 % 0", "p / 0", "d + q", "d - t"])
def test_wrong_operands_are_errors(source: str) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(source)
    assert error.value.position == 0


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("0.1 + 0.2", "0.3"), ("1.10", "1.10"), ("7 % 3", "1"), ("-7 % 3", "2"), ("7 % -3", "-2"),
        ("1 / 3 * 3 == 1", "False"), ("10000000000000001 + 1", "10000000000000002"), (".5 + 1.", "1.5"),
        ("ROUND(2.5)", "3"), ("ROUND(-2.5)", "-3"), ("ROUND(1.005, 2)", "1.01"), ("ROUND(1250, -2)", "1300"),
    ],
)  # fmt: skip
def test_numbers_are_exact_decimals(source: str, result: str) -> None:
    assert str(evaluate(source)) == result


EVENING = datetime(2024, 2, 29, 16, tzinfo=UTC)
"""Already the first of March in Shanghai."""


@pytest.mark.parametrize("source", ["t == DATE(2024, 3, 1)", "t > DATE(2024, 2, 29)", "not DATE(2024, 2, 29) >= t"])
def test_a_moment_beside_a_date_is_its_day_on_the_tenants_clock(source: str) -> None:
    noon = datetime(2024, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert compile_expression(source).evaluate({"t": EVENING, "now": noon}) is True
    assert compile_expression(source).evaluate({"t": EVENING}) is False


def test_whole_numbers_given_as_int_are_numbers_and_floats_are_refused() -> None:
    assert compile_expression("x / 2").evaluate({"x": 5}) == Decimal("2.5")
    with pytest.raises(EvaluationError):
        compile_expression("x").evaluate({"x": 0.5})
