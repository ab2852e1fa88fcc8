import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.answers import FormError, compile_form, read

TEXT = {"type": "string"}


def form(*names: str, ui: dict[str, Any] | None = None, **more: Any) -> Any:
    schema = {"type": "object", "properties": dict.fromkeys(names, TEXT), **more}
    return compile_form({"key": "f", "schema": schema, "ui": ui or {}})


def when(name: str, value: Any, *asked: str, **more: Any) -> dict[str, Any]:
    condition = {"properties": {name: {"const": value}}, "required": [name]}
    return {"if": condition, "then": {"properties": dict.fromkeys(asked, TEXT), **more}}


def order(of: Any, **answers: Any) -> str:
    return " ".join(of.unfold(answers).order)


# --- which are asked ---------------------------------------------------------------------------


def test_then_and_else_are_asked_by_turns():
    f = form("a", **{**when("a", "x", "b"), "else": {"properties": {"c": TEXT}, "required": ["c"]}})
    assert (order(f, a="x"), order(f, a="y"), order(f)) == ("a b", "a c", "a c")
    assert f.unfold({"a": "y"}).required == {"c"}


def test_a_condition_without_required_holds_for_an_open_question_as_json_schema_says():
    f = form("a", **{"if": {"properties": {"a": {"const": "x"}}}, "then": {"properties": {"b": TEXT}}})
    assert (order(f), order(f, a="x"), order(f, a="y")) == ("a b", "a b", "a")


def test_an_empty_answer_is_no_answer_to_a_condition():
    f = form("a", dependentSchemas={"a": {"properties": {"b": TEXT}}})
    assert (order(f, a=""), order(f, a=[]), order(f, a=None), order(f, a=False)) == ("a", "a", "a", "a b")


def test_dependent_required_asks_for_more():
    f = form("a", "b", dependentRequired={"a": ["b"]})
    assert f.unfold({}).required == frozenset()
    assert f.unfold({"a": "x"}).required == {"b"}


def test_dependencies_of_earlier_drafts_are_understood():
    alternatives = [
        {"properties": {"pets": {"enum": ["no"]}}},
        {"properties": {"pets": {"enum": ["yes"]}, "age": {"type": "number"}}, "required": ["age"]},
    ]
    f = form("pets", dependencies={"pets": {"oneOf": alternatives}})
    assert (order(f), order(f, pets="no"), order(f, pets="yes")) == ("pets", "pets", "pets age")
    assert f.unfold({"pets": "yes"}).required == {"age"}
    assert [each.pointer for each in read(f, {"pets": "yes"}).problems] == ["/age"]
    assert read(f, {"pets": "no", "age": 3}).data == {"pets": "no"}


ALTERNATIVES = [
    {
        "title": "医院",
        "properties": {"kind": {"const": "h"}, "beds": {"type": "integer"}},
        "required": ["kind", "beds"],
    },
    {
        "title": "经销商",
        "properties": {"kind": {"const": "d"}},
        "required": ["kind"],
        "oneOf": [
            {"properties": {"level": {"const": 1}, "area": TEXT}, "required": ["level", "area"]},
            {"properties": {"level": {"const": 2}, "parent": TEXT}, "required": ["level"]},
        ],
    },
]


def test_alternatives_are_told_apart_by_their_constant_also_inside_each_other():
    f = form("name", oneOf=ALTERNATIVES)
    assert order(f) == "name kind"
    assert order(f, kind="h") == "name kind beds"
    assert order(f, kind="d") == "name kind level"
    assert order(f, kind="d", level=1) == "name kind level area"
    assert order(f, kind="d", level=2) == "name kind level parent"
    assert list(f.fields) == ["name", "kind", "beds", "level", "area", "parent"]


def test_the_constant_that_tells_alternatives_apart_becomes_a_choice():
    f = form("name", oneOf=ALTERNATIVES)
    options = [{"const": "h", "title": "医院"}, {"const": "d", "title": "经销商"}]
    assert f.fields["kind"].schema == {"type": "string", "oneOf": options}
    assert f.unfold({"kind": "h"}).schemas["kind"] == f.fields["kind"].schema


def test_only_the_chosen_alternative_speaks_of_its_problems():
    f = form("name", oneOf=ALTERNATIVES)

    def found(**answers: Any) -> list[tuple[str, str]]:
        return [(each.pointer, each.keyword) for each in read(f, answers).problems]

    assert found() == [("/kind", "required")]
    assert found(kind="z") == [("/kind", "enum")]
    assert found(kind="h") == [("/beds", "required")]
    assert found(kind="h", beds="many") == [("/beds", "type")]
    assert found(kind="d") == [("/level", "required")]
    assert found(kind="d", level=1) == [("/area", "required")]
    assert found(kind="d", level=2) == []


def test_alternatives_without_a_constant_are_a_rule_about_all_answers():
    f = form("phone", "mail", anyOf=[{"required": ["phone"]}, {"required": ["mail"]}])
    assert order(f) == "phone mail"
    [problem] = read(f, {}).problems
    assert (problem.pointer, str(problem.message)) == ("/phone", "Answer at least one of: phone, mail.")
    assert not read(f, {"mail": "x"}).problems


def test_a_branch_may_forbid_a_question():
    f = form("a", "b", allOf=[{"if": {"properties": {"a": {"const": "x"}}}, "then": {"properties": {"b": False}}}])
    assert (order(f, a="x"), order(f, a="y")) == ("a", "a b")
    assert read(f, {"a": "x", "b": "?"}).data == {"a": "x"}


def test_a_branch_may_tighten_a_question():
    f = form("a", "n", allOf=[{
        "if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
        "then": {"properties": {"n": {"maxLength": 2, "title": "Short"}}},
    }])  # fmt: skip
    assert f.unfold({"a": "x"}).schemas["n"] == {"type": "string", "maxLength": 2, "title": "Short"}
    assert f.unfold({}).schemas["n"] == TEXT
    [problem] = read(f, {"a": "x", "n": "long"}).problems
    assert str(problem.message) == "Short is too long: at most 2 characters."


def test_references_into_the_form_are_followed():
    f = compile_form({"key": "f", "schema": {
        "$defs": {
            "more": {"properties": {"b": {"$ref": "#/$defs/short"}}},
            "short": {"type": "string", "maxLength": 3, "title": "Short"},
        },
        "properties": {"a": {"$ref": "#/$defs/short", "title": "A", "x-own": 1}},
        "dependentSchemas": {"a": {"$ref": "#/$defs/more"}},
    }})  # fmt: skip
    assert order(f, a="x") == "a b"
    assert f.fields["a"].schema == {"type": "string", "maxLength": 3, "title": "A", "x-own": 1}
    assert [each.pointer for each in read(f, {"a": "long", "b": "long"}).problems] == ["/a", "/b"]


def test_deciding_are_the_names_a_condition_reads():
    f = form("a", "b", "c", allOf=[when("a", "x", "d"), {"dependentRequired": {"d": ["c"]}}])
    assert f.deciding == {"a", "d"}


# --- the fixed point ---------------------------------------------------------------------------


def test_folding_goes_on_until_nothing_changes():
    f = form("a", allOf=[when("c", "x", "d"), when("b", "x", "c"), when("a", "x", "b")])
    answers = {"a": "x", "b": "x", "c": "x", "d": "x"}
    assert order(f, **answers) == "a b c d"
    assert order(f, **{**answers, "a": "y"}) == "a"
    assert read(f, {**answers, "a": "y"}).data == {"a": "y"}


def test_an_answer_stays_when_only_a_folded_one_was_against_it():
    f = form("a", allOf=[
        when("a", "x", "b"),
        {"if": {"required": ["b"]}, "else": {"properties": {"c": TEXT}}},
    ])  # fmt: skip
    assert read(f, {"a": "y", "b": "folded", "c": "kept"}).data == {"a": "y", "c": "kept"}


def test_conditions_in_a_circle_come_to_an_end():
    f = form(allOf=[
        {"if": {"required": ["b"]}, "else": {"properties": {"a": TEXT}}},
        {"if": {"required": ["a"]}, "then": {"properties": {"b": TEXT}}},
    ])  # fmt: skip
    reading = read(f, {"a": "x", "b": "x"})
    assert set(reading.data) <= reading.unfolded.asked


def test_a_kept_answer_stays_folded_and_unfolds_nothing():
    kept = {"type": "string", "x-keep-hidden": True}
    f = form("a", allOf=[when("a", "x") | {"then": {"properties": {"b": kept}}}, when("b", "x", "c")])
    reading = read(f, {"a": "y", "b": "x", "c": "x"})
    assert reading.data == {"a": "y", "b": "x"}
    assert reading.unfolded.order == ("a",)
    assert read(f, {"a": "x"}, before=reading.data).unfolded.order == ("a", "b", "c")


def test_a_kept_answer_is_not_judged_while_it_is_folded():
    kept = {"type": "integer", "x-keep-hidden": True}
    f = form("a", allOf=[when("a", "x") | {"then": {"properties": {"b": kept}}}])
    assert not read(f, {"a": "y", "b": 5}).problems


# --- the order ---------------------------------------------------------------------------------


def test_an_unfolded_question_is_drawn_right_after_the_one_that_unfolds_it():
    f = form("a", "b", "c", allOf=[when("b", "x", "e", "d"), when("e", "x", "f"), when("a", "x", "g")])
    assert order(f, a="x", b="x", e="x") == "a g b e f d c"
    assert list(f.fields) == ["a", "g", "b", "e", "f", "d", "c"]


def test_a_question_with_two_deciding_ones_is_drawn_after_the_later():
    both = {"properties": {"a": {"const": "x"}, "c": {"const": "x"}}, "required": ["a", "c"]}
    f = form("a", "b", "c", "d", **{"if": both, "then": {"properties": {"e": TEXT}}})
    assert order(f, a="x", c="x") == "a b c e d"


def test_a_question_of_two_branches_is_drawn_where_it_was_unfolded():
    f = form("a", "b", "c", allOf=[when("a", "x", "z"), when("b", "x", "z")])
    assert (order(f, a="x"), order(f, b="x"), order(f, a="x", b="x")) == ("a z b c", "a b z c", "a z b c")


@pytest.mark.parametrize(
    ("wanted", "drawn"),
    [
        (["c", "*"], "c a z b"),
        (["*", "a"], "b c a z"),
        (["c", "a"], "c a z b"),
        (["c", "z", "*", "b"], "c z a b"),
        (["z", "*"], "z a b c"),
        (["nothing", "b", "b", "*", 5], "b a z c"),
    ],
)
def test_the_form_may_say_the_order(wanted: Any, drawn: str):
    f = form("a", "b", "c", allOf=[when("a", "x", "z")], ui={"ui:order": wanted})
    assert order(f, a="x") == drawn


def test_a_field_knows_its_part_of_the_ui():
    f = form("a", "b", ui={"a": {"ui:widget": "radio"}, "b": "broken"})
    assert (f.fields["a"].ui, f.fields["b"].ui) == ({"ui:widget": "radio"}, {})


# --- bounds ------------------------------------------------------------------------------------


def test_a_thousand_questions_that_unfold_each_other_need_no_deep_recursion():
    chain = [when(f"q{n}", "x", f"q{n + 1}") for n in range(1000)]
    f = form("q0", allOf=chain)
    answers = {f"q{n}": "x" for n in range(1001)}
    assert len(f.unfold(answers).order) == 1001
    assert read(f, {**answers, "q0": "y"}).data == {"q0": "y"}


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"$ref": "#"}, "$ref"),
        ({"$ref": "http://example.com/schema"}, "$ref"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}, "$ref"),
        ({"properties": {"a": {"type": "string", "pattern": "^(?=a)"}}}, "pattern"),
        ({"properties": {"a": {"type": "text"}}}, "schema"),
        ({"properties": {"a": 5}}, "type"),
        ([], "type"),
    ],
)
def test_t31_a_schema_that_cannot_be_interpreted_is_refused(schema: Any, keyword: str):
    with pytest.raises(FormError) as refused:
        compile_form({"key": "f", "schema": schema})
    assert [each.keyword for each in refused.value.problems] == [keyword]


def test_t31_references_that_double_eighteen_times_are_refused():
    doubling: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(18)}
    with pytest.raises(FormError):
        compile_form({"key": "f", "schema": {"$ref": "#/$defs/d0", "$defs": {**doubling, "d18": {"title": "end"}}}})


junk = st.sampled_from([None, True, 5, "x", [], ["x", 5], {}, {"a": 5}, {"a": {"type": 5}}, [{"if": 5}], {"const": []}])
KEYWORDS = (
    "properties", "required", "allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependentRequired", "type",
    "enum", "dependencies", "dependentSchemas", "$ref", "$defs", "pattern", "format", "minimum", "x-check", "x-formula",
)  # fmt: skip
broken = st.recursive(
    st.dictionaries(st.sampled_from(KEYWORDS), junk, max_size=4),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(KEYWORDS), st.one_of(inner, st.lists(inner, max_size=2)), max_size=3),
        st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2)}),
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(broken, broken)
def test_t31_a_broken_schema_is_refused_and_never_crashes(schema: Any, ui: Any):
    with contextlib.suppress(FormError):
        read(compile_form({"key": "f", "schema": schema, "ui": {"ui:order": ui, **ui}}), {"a": 5, "b": "x"})
