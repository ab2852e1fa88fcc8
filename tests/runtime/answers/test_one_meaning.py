"""Three ways of asking the same: closures, the fast validator and the talkative one never disagree."""

from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.answers import compile_form, read
from runtime.answers.conditions import compile_condition, compile_test, reads
from runtime.answers.rules import Rules, accepts
from runtime.answers.schemas import prepared

NAMES = ("a", "b", "c", "客户")

numbers = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([10**30, -(10**30), 10**39]),
    st.decimals(-3, 3, places=1, allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [Decimal("1.0"), Decimal("1.00"), Decimal("1E+30"), Decimal("1E-30"), Decimal("0.30"), Decimal("-0.0")]
    ),
)
texts = st.sampled_from(
    ["", "x", "y", "xx", "😀😀", "2026-01-31", "2026-02-30", "2026-01-31T00:00:00Z", "a@b.cn", "https://x.cn", "1"]
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.one_of(
    scalars, st.lists(scalars, max_size=3), st.dictionaries(st.sampled_from(["id", "a"]), scalars, max_size=2)
)
sizes = st.integers(0, 3)
units = st.sampled_from([1, 2, Decimal("0.1"), Decimal("0.01"), Decimal("1E-10")])

simple = st.one_of(
    st.fixed_dictionaries({"const": values}),
    st.fixed_dictionaries({"enum": st.lists(values, min_size=1, max_size=3, unique_by=repr)}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])}
    ),
    st.fixed_dictionaries({"type": st.just(["string", "null"])}),
    *(st.fixed_dictionaries({key: numbers}) for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    *(st.fixed_dictionaries({key: sizes}) for key in ("minLength", "maxLength", "minItems", "maxItems")),
    st.fixed_dictionaries({"multipleOf": units}),
    st.fixed_dictionaries({"format": st.sampled_from(["date", "date-time", "email", "uri", "ipv4"])}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["^x", "x$", "^\\d+$", "[\\u4e00-\\u9fa5]", "^(a+)+$", "\\w@"])}),
    st.just({"uniqueItems": True}),
    st.just({"type": "array", "contains": {"const": "x"}, "minContains": 2}),
    st.just({"title": "no rule at all", "x-own": 1}),
    st.booleans(),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        *(st.fixed_dictionaries({key: inner}) for key in ("not", "contains", "items")),
        *(st.fixed_dictionaries({key: lists}) for key in ("allOf", "anyOf", "oneOf")),
        st.tuples(inner, inner).map(lambda both: merged(*both)),
    )


def merged(one: Any, other: Any) -> Any:
    return {**one, **other} if isinstance(one, dict) and isinstance(other, dict) else one


value_schemas = st.recursive(simple, nested, max_leaves=5)
properties = st.dictionaries(st.sampled_from(NAMES), value_schemas, max_size=3)
about_answers = st.recursive(
    st.fixed_dictionaries(
        {}, optional={"properties": properties, "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True)}
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        *(st.fixed_dictionaries({key: st.lists(inner, min_size=1, max_size=3)}) for key in ("allOf", "anyOf", "oneOf")),
        st.fixed_dictionaries({"if": inner, "then": inner, "else": inner}),
        st.fixed_dictionaries({"dependentSchemas": st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)}),
        st.just({"minProperties": 2}),
        st.just({"dependentRequired": {"a": ["b"]}}),
    ),
    max_leaves=6,
)
answers = st.dictionaries(st.sampled_from(NAMES), values, max_size=4)


@settings(max_examples=300)
@given(value_schemas, values)
@example({"const": 1}, True)
@example({"const": 1}, Decimal("1.0"))
@example({"enum": [0]}, False)
@example({"multipleOf": Decimal("0.01")}, Decimal("1E+30"))
@example({"uniqueItems": True}, [1, True, 0, False])
@example({"type": "integer"}, Decimal("1.0"))
@example({"type": "integer"}, Decimal("1.5"))
@example({"format": "ipv4"}, "x")
@example({"pattern": "^\\s$"}, "\u00a0")
@example({"pattern": "^\\w+$"}, "é")
@example({"uniqueItems": True}, [{"id": 1}, {"id": Decimal("1.0")}])
def test_a_value_gets_the_same_verdict_from_all_three(schema: Any, value: Any):
    ready = prepared({"properties": {"v": schema}})["properties"]["v"]
    fast = accepts(ready)(value)
    assert compile_test(ready)(value) is fast
    rules = Rules({"properties": {"v": ready}})
    assert (not rules.errors({"v": value})) is fast
    assert rules.accept({"v": value}) is fast


@settings(max_examples=200)
@given(about_answers, answers)
def test_a_condition_gets_the_same_verdict_from_all_three(schema: Any, data: Any):
    ready = prepared(schema)
    fast = accepts(ready)(data)
    assert compile_condition(ready)(data) is fast
    assert (not Rules(ready).errors(data)) is fast


@settings(max_examples=150)
@given(about_answers, answers, st.sampled_from(NAMES), values)
def test_a_condition_depends_on_nothing_but_what_it_reads(schema: Any, data: Any, name: str, value: Any):
    ready = prepared(schema)
    names = reads(ready)
    if names is not None and name not in names:
        condition = compile_condition(ready)
        without = {key: each for key, each in data.items() if key != name}
        assert condition({**without, name: value}) == condition(without)


branches = st.one_of(
    st.fixed_dictionaries({"if": about_answers, "then": about_answers}),
    st.fixed_dictionaries({"if": about_answers, "else": about_answers}),
    st.fixed_dictionaries({"dependentSchemas": st.dictionaries(st.sampled_from(NAMES), about_answers, max_size=2)}),
    st.fixed_dictionaries({"dependentRequired": st.just({"a": ["b"], "客户": ["c"]})}),
    st.fixed_dictionaries({"oneOf": st.just([
        {"properties": {"a": {"const": "x"}, "b": {"type": "number"}}, "required": ["b"]},
        {"properties": {"a": {"const": "y"}, "c": {"type": "string"}}, "required": ["c"]},
    ])}),
)  # fmt: skip
forms = st.fixed_dictionaries(
    {"properties": properties, "allOf": st.lists(branches, max_size=3)},
    optional={"required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True)},
)


@settings(max_examples=200)
@given(forms, answers)
def test_answers_are_accepted_exactly_when_the_plain_validator_accepts_what_is_visible(schema: Any, data: Any):
    form = compile_form({"key": "f", "schema": schema})
    known = {name: value for name, value in data.items() if name in form.fields}
    reading = read(form, known)
    assert (not reading.problems) is accepts(prepared(schema))(reading.data)
    assert not (set(reading.data) - reading.unfolded.asked)


@settings(max_examples=150)
@given(forms, answers)
def test_reading_what_was_read_changes_nothing(schema: Any, data: Any):
    form = compile_form({"key": "f", "schema": schema})
    first = read(form, {name: value for name, value in data.items() if name in form.fields})
    again = read(form, first.data)
    assert (again.data, again.problems) == (first.data, first.problems)
    patched = read(form, {}, before=first.data)
    assert (patched.data, patched.problems, patched.changed) == (first.data, (), ())
    assert patched.older == first.problems


@settings(max_examples=150)
@given(forms, answers)
def test_a_required_question_left_open_is_refused(schema: Any, data: Any):
    form = compile_form({"key": "f", "schema": schema})
    reading = read(form, {name: value for name, value in data.items() if name in form.fields})
    missing = {
        each.pointer[1:] for each in reading.problems if each.keyword == "required" and each.pointer.count("/") == 1
    }
    assert reading.unfolded.required - set(reading.data) <= missing
