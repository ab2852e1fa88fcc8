"""Whatever the source and the values: an expression gives a value, or one of its two errors."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.expressions import (
    COMMON_NAMES,
    FUNCTIONS,
    EvaluationError,
    ExpressionError,
    Type,
    compile_expression,
    compile_text,
    draw,
    json_of,
    record_scope,
    write,
)
from runtime.i18n import Message

RECORD: dict[str, Any] = {
    "name": "Li & Co", "amount": Decimal("12.50"), "count": 3, "vip": True, "due": date(2024, 2, 29),
    "empty": None, "seen": datetime(2024, 2, 29, 16, tzinfo=UTC), "took": timedelta(hours=36), "tags": ["a",
    "b"], "客户": "甲",
    "lines": [{"amount": Decimal("1.5"), "on": date(2024, 1, 31)}, {"amount": None}, {}], "owner": "m1",
    "bad": [None, 1, "x"],
}  # fmt: skip
NAMES = {
    "record": RECORD, "old": None, "me": {"id": "m1", "department": "d1"}, "today": date(2024, 3, 1), "steps": {},
    "now": datetime(2024, 3, 1, 9, tzinfo=UTC),
}  # fmt: skip
SCHEMA = {
    "name": {"type": "string"}, "amount": {"type": "number"}, "vip": {"type": "boolean"}, "lines": {"type": "array"},
    "due": {"type": "string", "format": "date"}, "tags": {"type": "array", "items": {"type": "string"}},
}  # fmt: skip
SCOPE = {**COMMON_NAMES, "record": record_scope(SCHEMA), "steps": Type("any"), "old": Type("any")}

LEAVES = [
    "record.name", "record.amount", "record.count", "record.vip", "record.due", "record.seen", "record.took",
    "record.tags",
    "record.lines", "record.客户", "record['客户']", "record.empty", "record.missing", "record.lines[0].amount",
    "record.bad", "me.id", "today", "now", "old.x", "steps.a.b", "unknown", "1", "0", "2.5", "-3", "'a'",
    "'2024-03-01'", "''", "null",
    "true", "false", "[]", "[1, 2]", "['a', null]", "x", "x.amount", "99999999999999999999999999", ".000000000001",
]  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]


def grown(chance: random.Random, depth: int) -> str:
    """A random source that mostly keeps to the grammar."""
    if depth <= 0 or chance.random() < 0.15:
        return chance.choice(LEAVES)
    inner = [grown(chance, depth - 1 - chance.randrange(2)) for _ in range(3)]
    a, b, c = inner
    shapes = [
        f"({a} {chance.choice(OPERATORS)} {b})", f"{a} {chance.choice(OPERATORS)} {b}", f"not {a}", f"-({a})",
        f"{chance.choice(list(FUNCTIONS))}({', '.join(inner[: chance.randrange(4)])})", f"({a} if {b} else {c})",
        f"[{a}, {b}]", f"[{a} for x in {b} if {c}]", f"SUM({a} for x in {b})", f"({a} < {b} < {c})",
    ]  # fmt: skip
    return chance.choice(shapes)


def mutated(chance: random.Random, source: str) -> str:
    """A source with a few characters dropped, doubled, swapped or put in."""
    text = list(source)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(text) + 1)
        strange = chance.choice("()[]{}'\"\\.,+-*/%<>=!#@:;_ \n\t0e甲ＡＢ（\u0301\u200d\ud800\0~^&|`")
        text[place : place + chance.randrange(3)] = [strange] * chance.randrange(3)
    return "".join(text)


def well_said(error: ExpressionError | EvaluationError, source: str) -> None:
    """An error is a sentence, and has its place in the source."""
    assert str(error.message)
    assert 0 <= error.position <= len(source)


def survives(source: str) -> bool:
    """Whether a source is an expression; everything that can be done with it must end well."""
    try:
        expression = compile_expression(source)
    except ExpressionError as error:
        well_said(error, source)
        return False
    _, problems = expression.check(SCOPE)
    assert all(0 <= problem.position < len(source) and isinstance(problem.message, Message) for problem in problems)
    tree = draw(source)
    if tree is not None:
        assert draw(write(tree)) == tree
    try:
        json_of(expression.evaluate(NAMES))
    except EvaluationError as error:
        well_said(error, source)
    return True


@pytest.mark.parametrize("seed", range(20))
def test_random_sources_of_the_grammar(seed: int) -> None:
    chance = random.Random(seed)
    read = sum(survives(grown(chance, chance.randrange(1, 5))) for _ in range(300))
    assert read > 100


@pytest.mark.parametrize("seed", range(20))
def test_random_sources_with_faults(seed: int) -> None:
    chance = random.Random(1000 + seed)
    for _ in range(300):
        survives(mutated(chance, grown(chance, 3)))


@pytest.mark.parametrize("source", ["TEXT('', 甲甲0<<01)", "甲甲甲甲 01"])
def test_sources_that_were_found_by_longer_runs(source: str) -> None:
    survives(source)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_at_all(source: str) -> None:
    survives(source)
    try:
        compile_text(source).evaluate(NAMES, lambda value, path: str(value))
    except (ExpressionError, EvaluationError):
        return


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=8), st.dates(),
        st.times(),
        st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.timedeltas(), st.binary(max_size=3),
        st.complex_numbers(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip
GENERIC = [
    *(f"a {op} b" for op in OPERATORS), "-a", "not a", "a.x.y", "a[0].x", "[a, b]", "[x for x in a if x == b]",
    "a if b else 1",
    *(f"{name}(a)" for name in FUNCTIONS), *(f"{name}(a, b)" for name in FUNCTIONS),
    *(f"{name}(a, b, a)" for name in FUNCTIONS),
]  # fmt: skip


def _readable(source: str) -> bool:
    try:
        return bool(compile_expression(source))
    except ExpressionError:
        return False


READABLE = [source for source in GENERIC if _readable(source)]


@settings(max_examples=500)
@given(st.sampled_from(READABLE), values, values)
def test_any_values_at_all(source: str, a: Any, b: Any) -> None:
    try:
        json_of(compile_expression(source).evaluate({"a": a, "b": b}))
    except EvaluationError as error:
        well_said(error, source)


TYPES = {
    "name": "text", "amount": "number", "vip": "boolean", "due": "date", "seen": "datetime", "took": "duration",
    "tags": "list", "me": "object",
}  # fmt: skip
EAGER = [source for source in READABLE if not any(word in source for word in (" and ", " or ", "if", "IF", "COALESCE"))]


@settings(max_examples=500)
@given(st.sampled_from(EAGER), st.sampled_from(list(TYPES)), st.sampled_from(list(TYPES)))
def test_what_the_check_finds_goes_wrong_indeed(source: str, a: str, b: str) -> None:
    """No false alarm: an expression with a problem never gives a value for values of just those types."""
    values = {"a": {**RECORD, "me": {}}[a], "b": {**RECORD, "me": {}}[b]}
    expression = compile_expression(source)
    _, problems = expression.check({"a": Type(TYPES[a]), "b": Type(TYPES[b])})
    if problems:
        with pytest.raises(EvaluationError):
            expression.evaluate(values)
