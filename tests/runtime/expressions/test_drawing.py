from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.expressions import ExpressionError, compile_expression, draw, write


def test_the_condition_of_a_flow_is_drawn() -> None:
    assert draw("record.industry == '汽车维修' and record.annual_purchase > 500000") == {
        "all": [
            {"field": ["record", "industry"], "op": "eq", "value": "汽车维修"},
            {"field": ["record", "annual_purchase"], "op": "gt", "value": 500000},
        ]
    }


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("500 < record.a", {"field": ["record", "a"], "op": "gt", "value": 500}),
        ("record.a != null", {"field": ["record", "a"], "op": "nempty"}),
        ("ISBLANK(record.a)", {"field": ["record", "a"], "op": "empty"}),
        ("'x' in record.a", {"field": ["record", "a"], "op": "contains", "value": "x"}),
        ("'x' not in record.a", {"not": {"field": ["record", "a"], "op": "contains", "value": "x"}}),
        ("record['a b'] not in ('x', 1)", {"field": ["record", "a b"], "op": "nin", "value": ["x", 1]}),
        ("record.owner == me.id", {"field": ["record", "owner"], "op": "eq", "value": {"path": ["me", "id"]}}),
        ("record.due < today", {"field": ["record", "due"], "op": "lt", "value": {"days": 0}}),
        ("record.due < DATE('2024-03-01')", {"field": ["record", "due"], "op": "lt", "value": "2024-03-01"}),
        ("1 < record.a < 9", {"all": [
            {"field": ["record", "a"], "op": "gt", "value": 1}, {"field": ["record", "a"], "op": "lt", "value": 9}]}),
        ("true", {"all": []}),
        ("true and record.a == 1", {"all": [{"field": ["record", "a"], "op": "eq", "value": 1}]}),
    ],
)  # fmt: skip
def test_what_is_drawn(source: str, tree: Any) -> None:
    assert draw(source) == tree
    assert draw(write(tree)) == tree


@pytest.mark.parametrize(
    "source",
    [
        "record.a + 1 > 2", "record.a", "1", "record.a > 1 if true else false", "SUM(record.a) > 1", "1 == 1", "not 1",
        "record.a[0] == 1", "[x for x in record.a] == 1", "record.a == -record.b", "record.name == '2024-03-01'",
        "record.due == DATE('2024-02-30')", "ADD_DAYS(today, 0.5) > record.a",
    ],
)  # fmt: skip
def test_what_only_text_can_show(source: str) -> None:
    assert draw(source) is None


def test_what_is_no_expression_is_an_error() -> None:
    with pytest.raises(ExpressionError):
        draw("record.a ==")


@pytest.mark.parametrize(
    "tree",
    [
        {"field": ["a b"], "op": "empty"}, {"field": ["null"], "op": "empty"},
        {"field": ["r"], "op": "like", "value": 1},
        {"field": ["r"], "op": "eq", "value": [1]}, {"field": ["r"], "op": "eq", "value": {"days": "1"}},
        {"field": ["r"], "op": "eq", "value": {"__class__": "x"}},
        {"field": ["r"], "op": "eq", "value": {"path": ["1+1"]}},
    ],
)  # fmt: skip
def test_what_is_no_tree_is_not_written(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"is no|cannot begin"):
        write(tree)


def test_a_tree_larger_than_an_expression_is_refused() -> None:
    with pytest.raises(ExpressionError):
        write({"all": [{"field": ["record", "a"], "op": "eq", "value": 1}] * 300})


def test_t01_nothing_in_a_tree_becomes_more_than_a_name_or_a_value() -> None:
    attack = "'] or true or record['"
    tree = {"field": ["record", attack], "op": "eq", "value": "' or true or '"}
    assert draw(write(tree)) == tree
    assert compile_expression(write(tree)).reads == {("record", attack)}


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = st.one_of(texts, st.sampled_from(["industry", "客户", "ＡＢＣ", "class", "a b", "__x__", "ﬁn", "null", "if"]))
fields = st.builds(lambda rest: ["record", *rest], st.lists(names, min_size=1, max_size=2))
numbers = st.one_of(st.integers(-(10**12), 10**12), st.decimals(-10000, 10000, allow_nan=False, places=3))
dates = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
)
scalars = st.one_of(texts, numbers, dates, st.booleans())
sources = st.one_of(
    st.fixed_dictionaries({"path": st.sampled_from([["me", "id"], ["record", "other one"], ["old", "x"]])}),
    st.fixed_dictionaries({"days": st.integers(-3000, 3000)}),
)
tests = st.one_of(
    st.fixed_dictionaries({"field": fields, "op": st.sampled_from(["empty", "nempty"])}),
    st.fixed_dictionaries(
        {
            "field": fields,
            "op": st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "contains"]),
            "value": st.one_of(scalars, sources),
        }
    ),
    st.fixed_dictionaries(
        {"field": fields, "op": st.sampled_from(["in", "nin"]), "value": st.lists(scalars, max_size=4)}
    ),
)
trees = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(trees)
def test_what_is_written_is_drawn_the_same(tree: Any) -> None:
    try:
        source = write(tree)
    except ExpressionError:
        return
    assert draw(source) == tree
    assert compile_expression(write(draw(source) or {})).reads == compile_expression(source).reads


def test_decimals_keep_their_value() -> None:
    tree = {"field": ["record", "a"], "op": "eq", "value": Decimal("0.10")}
    assert write(tree) == "record.a == 0.10"
