from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.expressions import EvaluationError, ExpressionError, compile_expression
from runtime.expressions.rows import NO_ROWS, rule_of, to_filter
from runtime.permissions import holds

ME = {"id": "m1", "name": "Li", "department": "north", "department_path": "top/north/"}


@pytest.mark.parametrize(
    ("source", "filter"),
    [
        ("record.owner == me.id", {"field": "owner", "op": "eq", "value": "m1"}),
        ("me.id == record.owner", {"field": "owner", "op": "eq", "value": "m1"}),
        ("record.department == me.department", {"field": "department", "op": "under", "value": "top/north/"}),
        ("record.amount >= 1000", {"field": "amount", "op": "gte", "value": 1000}),
        ("1000.5 > record.amount", {"field": "amount", "op": "lt", "value": Decimal("1000.5")}),
        ("record.stage in ['won', 'lost']", {"field": "stage", "op": "in", "value": ["won", "lost"]}),
        ("'a' in record.tags", {"field": "tags", "op": "contains", "value": "a"}),
        ("record['first name'] == null", {"field": "first name", "op": "empty"}),
        ("record.vip", {"field": "vip", "op": "eq", "value": True}),
        ("not record.vip", {"field": "vip", "op": "eq", "value": False}),
        ("not record.amount > 5", {"field": "amount", "op": "lte", "value": 5}),
        ("true", {"and": []}),
        ("me.name == 'Li'", {"and": []}),
        ("me.name == 'Wang'", {"or": []}),
    ],
)
def test_a_rule_becomes_a_filter(source: str, filter: Any) -> None:
    assert to_filter(source, ME) == filter


@pytest.mark.parametrize(
    "source",
    [
        "record.owner.department == me.department", "record.amount + 1 > 5", "SUM(record.lines) > 1", "IF(true, true)",
        "record.a == record.b", "linked.customer.owner == me.id", "old.owner == me.id", "record.due < today",
        "record.name > 'M'", "record.name < me.name", "record", "me.id", "record.department == 'top/'",
        "record.department in ['top/']", "record.department == null", "record.department > 1", "1 == 1", "1", "'x'",
        "true if record.vip else false", "[x for x in record.tags]", "record.lines[0] == 1", "record == null",
        "me.department_path == 'top/'", "me.powers == 'owner'", "record.owner in me", "record.x in record.y",
        "null", "record.x in 'abc'", "me.id < 1", "record.a < null", "record.rev > 1",
        "record.created_by == me.id", "'x' in me.name",
    ],
)  # fmt: skip
def test_what_no_query_can_ask_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        rule_of(source)


def test_who_has_no_department_sees_the_rows_of_no_department() -> None:
    nobody = {**ME, "department": None, "department_path": ""}
    assert to_filter("record.department == me.department", nobody) == NO_ROWS
    assert to_filter("record.department != me.department", nobody) == NO_ROWS


def test_who_has_no_id_owns_nothing() -> None:
    assert to_filter("record.owner == me.id", {**ME, "id": None}) == NO_ROWS
    assert to_filter("not record.owner == me.id", {**ME, "id": None}) == NO_ROWS


tests = st.sampled_from(
    [
        "record.amount > 5", "record.amount <= 5", "record.amount == 5", "record.amount != 5", "5 < record.amount",
        "record.amount in [1, 5]", "record.amount not in [1, 5]", "record.stage == 'a'", "record.stage != 'a'",
        "record.stage in ['a', 'b']", "record.stage in []", "record.stage not in ['a']", "'a' in record.tags",
        "'a' not in record.tags", "record.vip", "record.vip == true", "record.vip != true", "record.stage == null",
        "record.stage != null", "null == record.amount", "record.owner == me.id", "record.owner != me.id", "true",
        "false", "record.stage == me.name", "me.name == 'Li'", "me.name != null", "me.id in ['m1']",
        "'a' in record.stage",
    ]
)  # fmt: skip
rules = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=8,
)
records = st.fixed_dictionaries(
    {
        "amount": st.sampled_from([None, 1, 5, Decimal("5.5")]),
        "stage": st.sampled_from([None, "a", "b", "Li"]),
        "vip": st.sampled_from([None, True, False]),
        "tags": st.sampled_from([None, ["a"], ["a", "b"], ["c"]]),
        "owner": st.sampled_from([None, "m1", "m2"]),
    }
)
people = st.sampled_from([ME, {**ME, "id": None, "name": None}, {**ME, "name": "a"}])


@given(rules, records, people)
def test_a_filter_takes_exactly_the_rows_for_which_the_rule_holds(rule: str, record: dict[str, Any], me: Any) -> None:
    assert holds(to_filter(rule, me), record) is compile_expression(rule).holds({"record": record, "me": me})


@given(rules, st.text(alphabet="recodmv.=()'[]in andtr <>5", max_size=40))
def test_any_text_is_a_rule_or_refused(rule: str, other: str) -> None:
    for source in (other, rule + other, other + rule):
        try:
            to_filter(source, ME)
        except (ExpressionError, EvaluationError):
            continue
