from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from runtime.answers import FormError, compile_form, live_values, read, values_of

NUMBER = {"type": "number"}
TEXT = {"type": "string"}
NAMES = {"me": {"id": "m1", "name": "王芳"}, "now": datetime(2026, 1, 31, 8, tzinfo=UTC), "today": date(2026, 1, 31)}


def form(properties: dict[str, Any], **more: Any) -> Any:
    return compile_form({"key": "f", "schema": {"type": "object", "properties": properties, **more}})


def formula(expression: str, **more: Any) -> dict[str, Any]:
    return {"type": "number", "title": "Total", "x-formula": expression, **more}


def problems(reading: Any) -> list[tuple[str, str, str]]:
    return [(each.pointer, each.keyword, str(each.message)) for each in reading.problems]


# --- formulas ----------------------------------------------------------------------------------


def test_a_formula_is_worked_out_from_the_answers():
    f = form({"price": NUMBER, "count": {"type": "integer"}, "total": formula("record.price * record.count")})
    assert read(f, {"price": Decimal("19.9"), "count": 3}).data["total"] == Decimal("59.7")


def test_a_formula_over_an_open_question_is_empty():
    f = form({"price": NUMBER, "total": formula("record.price * 2")})
    assert read(f, {}).data == {}


def test_formulas_are_worked_out_after_those_they_read_wherever_they_stand():
    f = form({"c": formula("record.b + 1"), "b": formula("record.a + 1"), "a": NUMBER})
    assert read(f, {"a": 1}).data == {"a": 1, "b": 2, "c": 3}


def test_a_formula_is_rounded_half_up_to_its_scale():
    f = form({"a": NUMBER, "total": formula("record.a / 3", **{"x-scale": 2})})
    assert read(f, {"a": 2}).data["total"] == Decimal("0.67")


def test_a_formula_may_give_a_date():
    day = {"type": "string", "format": "date"}
    f = form({"start": day, "due": {**day, "x-formula": "MONTH_START(record.start)"}})
    assert read(f, {"start": "2026-01-25"}).data["due"] == "2026-01-01"


def test_a_sent_value_for_a_formula_is_refused():
    f = form({"a": NUMBER, "total": formula("record.a")})
    assert problems(read(f, {"a": 1, "total": 1})) == [("/total", "readOnly", "Total is worked out and cannot be set.")]
    assert not read(f, {"a": 1, "total": None}).problems


@pytest.mark.parametrize("keyword", ["x-lookup", "x-rollup", "x-autonumber"])
def test_what_the_system_fills_in_is_kept_and_cannot_be_sent(keyword: str):
    f = form({"a": NUMBER, "no": {"type": "string", keyword: {}}}, required=["no"])
    assert [each.keyword for each in read(f, {"no": "1"}).problems] == ["readOnly"]
    reading = read(f, {"a": 2}, before={"a": 1, "no": "V-1"})
    assert (reading.data, reading.problems, reading.changed) == ({"a": 2, "no": "V-1"}, (), ("a",))


def test_a_required_formula_asks_nobody():
    f = form({"a": NUMBER, "total": formula("record.a")}, required=["total"])
    assert not read(f, {}).problems
    assert f.unfold({}).required == frozenset()


def test_a_change_works_the_formula_out_again_and_says_so():
    f = form({"a": NUMBER, "total": formula("record.a * 2")})
    reading = read(f, {"a": 2}, before={"a": 1, "total": 2})
    assert (reading.data, reading.changed) == ({"a": 2, "total": 4}, ("a", "total"))


def test_an_error_in_a_formula_stands_at_its_field():
    f = form({"a": NUMBER, "b": NUMBER, "total": formula("record.a / record.b")})
    assert problems(read(f, {"a": 1, "b": 0})) == [
        ("/total", "x-formula", "Total could not be worked out: This divides by zero.")
    ]


def test_a_wrong_answer_is_told_once_not_again_by_the_formula_that_reads_it():
    f = form({"a": NUMBER, "total": formula("record.a * 2")})
    assert [each.pointer for each in read(f, {"a": "x"}).problems] == ["/a"]


def test_a_formula_can_unfold_a_question():
    f = form(
        {"price": NUMBER, "total": formula("record.price * 2")},
        **{
            "if": {"properties": {"total": {"minimum": 100}}, "required": ["total"]},
            "then": {"properties": {"reason": TEXT}, "required": ["reason"]},
        },
    )
    assert [each.pointer for each in read(f, {"price": 50}).problems] == ["/reason"]
    assert read(f, {"price": 49, "reason": "x"}).data == {"price": 49, "total": 98}
    assert read(f, {"price": 49}, before={"price": 50, "total": 100, "reason": "x"}).data == {"price": 49, "total": 98}


def test_a_formula_that_comes_to_nothing_unfolds_nothing_any_more():
    f = form(
        {"price": NUMBER, "total": formula("record.price * 2")},
        dependentSchemas={"total": {"properties": {"reason": TEXT}}},
    )
    reading = read(f, {"price": None}, before={"price": 1, "total": 2, "reason": "x"})
    assert (reading.data, reading.unfolded.order) == ({}, ("price", "total"))


def test_a_folded_formula_is_dropped():
    f = form(
        {"kind": TEXT, "a": NUMBER},
        **{"if": {"properties": {"kind": {"const": "x"}}, "required": ["kind"]},
           "then": {"properties": {"total": formula("record.a")}}},
    )  # fmt: skip
    assert read(f, {"kind": "x", "a": 1}).data == {"kind": "x", "a": 1, "total": 1}
    assert read(f, {"kind": "y"}, before={"kind": "x", "a": 1, "total": 1}).data == {"kind": "y", "a": 1}


def test_a_formula_that_reads_today_or_the_reader_is_shown_and_never_kept():
    day = {"type": "string", "format": "date"}
    f = form({
        "born": day,
        "age": formula("DAYS(today, record.born)"),
        "twice": formula("record.age * 2"),
        "mine": {"type": "string", "x-formula": "me.name"},
    })  # fmt: skip
    reading = read(f, {"born": "2026-01-01"}, names=NAMES)
    assert reading.data == {"born": "2026-01-01"}
    assert live_values(f, reading.data, NAMES) == {"age": 30, "twice": 60, "mine": "王芳"}


def test_a_formula_over_a_linked_record_waits_for_who_fetches_it():
    f = form({"customer": {"type": "string", "x-ref": {"form": "customer"}},
              "total": formula("linked.customer.amount * 2")})  # fmt: skip
    assert ("linked", "customer", "amount") in f.reads
    assert read(f, {}, before={"customer": "c1", "total": 8}).data == {"customer": "c1", "total": 8}
    linked = {"linked": {"customer": {"amount": Decimal(5)}}}
    assert read(f, {}, before={"customer": "c1", "total": 8}, names=linked).data["total"] == 10


def test_t02_formulas_that_read_each_other_in_a_circle_are_refused():
    with pytest.raises(FormError) as refused:
        form({"a": formula("record.b"), "b": formula("record.a")})
    [problem] = refused.value.problems
    assert problem.keyword == "cycle"
    with pytest.raises(FormError):
        form({"a": formula("record.a + 1")})


def test_t02_a_formula_that_costs_too_much_fails_at_its_own_field():
    f = form({"a": NUMBER, "total": formula("record.a * record.a")})
    assert [each.pointer for each in read(f, {"a": Decimal(10) ** 29}).problems] == ["/total"]


def test_t01_an_expression_that_cannot_be_read_is_refused_when_the_form_is_compiled():
    for keyword in ("x-formula", "x-default", "x-check"):
        with pytest.raises(FormError) as refused:
            form({"a": {"type": "number", keyword: "().__class__.__bases__"}})
        assert [(each.pointer, each.keyword) for each in refused.value.problems] == [
            (f"/schema/properties/a/{keyword}", keyword)
        ]


# --- defaults ----------------------------------------------------------------------------------


def test_a_default_is_given_to_what_was_not_answered():
    f = form({
        "at": {"type": "string", "format": "date-time", "x-default": "now"},
        "by": {"type": "string", "x-default": "me.id"},
        "n": {"type": "integer", "default": 3},
    })  # fmt: skip
    assert read(f, {}, names=NAMES).data == {"at": "2026-01-31T08:00:00Z", "by": "m1", "n": 3}
    assert read(f, {"by": "m2", "n": 0}, names=NAMES).data == {"at": "2026-01-31T08:00:00Z", "by": "m2", "n": 0}


def test_a_default_that_somebody_cleared_does_not_come_back():
    f = form({"n": {"type": "integer", "x-default": "3"}})
    assert read(f, {"n": ""}).data == {}
    assert read(f, {}, before={}).data == {}


def test_defaults_are_given_after_what_they_read_and_may_unfold():
    then = {"properties": {"c": {"type": "number", "x-default": "record.b + 1"}, "d": formula("record.c * 10")}}
    f = form(
        {"b": {"type": "number", "x-default": "record.a + 1"}, "a": {"type": "number", "x-default": "1"}},
        **{"if": {"properties": {"b": {"const": 2}}, "required": ["b"]}, "then": then},
    )
    assert read(f, {}).data == {"b": 2, "c": 3, "d": 30, "a": 1}
    assert read(f, {"a": 5}).data == {"b": 6, "a": 5}


def test_a_default_that_cannot_be_worked_out_stands_at_its_field():
    f = form({"a": {"type": "number", "title": "A", "x-default": "1 / 0"}})
    assert problems(read(f, {})) == [("/a", "x-default", "A could not be worked out: This divides by zero.")]


# --- checks ------------------------------------------------------------------------------------

DAY = {"type": "string", "format": "date"}
PERIOD = {"start": DAY, "end": {**DAY, "title": "End", "x-check": "record.end >= record.start"}}


def test_a_check_that_does_not_hold_stands_at_its_field():
    f = form(PERIOD)
    assert problems(read(f, {"start": "2026-01-02", "end": "2026-01-01"})) == [
        ("/end", "x-check", "End is not possible together with the other answers.")
    ]
    assert not read(f, {"start": "2026-01-02", "end": "2026-01-02"}).problems


def test_a_check_over_an_open_question_holds():
    assert not read(form(PERIOD), {"end": "2026-01-01"}).problems


def test_a_check_may_have_its_own_words_in_several_languages():
    check = {"expr": "record.a > 1", "message": "太少", "x-texts": {"en": {"message": "Too few"}}}
    f = form({"a": {**NUMBER, "x-check": check}})
    assert problems(read(f, {"a": 1})) == [("/a", "x-check", "太少")]
    assert problems(read(f, {"a": 1}, lang="en")) == [("/a", "x-check", "Too few")]


def test_a_field_may_have_several_checks_and_the_form_its_own():
    f = form(
        {"a": {**NUMBER, "x-check": ["record.a > 1", {"expr": "record.a % 2 == 0", "message": "100% even, please"}]}},
        **{"x-check": {"expr": "record.a < 0", "message": "All wrong"}},
    )
    assert problems(read(f, {"a": 1})) == [
        ("/a", "x-check", "a is not possible together with the other answers."),
        ("/a", "x-check", "100% even, please"),
        ("", "x-check", "All wrong"),
    ]


def test_a_check_of_a_branch_counts_when_the_branch_does():
    f = form(
        {"kind": TEXT, "a": NUMBER},
        **{"if": {"properties": {"kind": {"const": "x"}}, "required": ["kind"]},
           "then": {"properties": {"a": {"x-check": "record.a > 1"}}, "x-check": "record.a > 2"}},
    )  # fmt: skip
    assert [each.pointer for each in read(f, {"kind": "x", "a": 1}).problems] == ["/a", ""]
    assert not read(f, {"kind": "y", "a": 1}).problems


def test_a_check_that_meets_an_error_refuses_and_says_why():
    f = form({"a": {**NUMBER, "title": "A", "x-check": "record.a > 'x'"}})
    [(pointer, keyword, text)] = problems(read(f, {"a": 1}))
    assert (pointer, keyword) == ("/a", "x-check")
    assert text.startswith("A could not be worked out: ")


def test_a_check_sees_what_was_before_and_formulas_that_are_never_kept():
    f = form({"a": {**NUMBER, "x-check": "record.a >= COALESCE(old.a, 0)"}, "left": formula("today - today"),
              "late": {"type": "boolean", "x-formula": "today > record.due"},
              "due": {**DAY, "x-check": "not record.late"}})  # fmt: skip
    assert [each.pointer for each in read(f, {"a": 1}, before={"a": 2}, names=NAMES).problems] == ["/a"]
    assert [each.pointer for each in read(f, {"due": "2026-01-01"}, names=NAMES).problems] == ["/due"]


# --- values ------------------------------------------------------------------------------------


def test_values_are_what_expressions_work_on():
    f = form({"n": NUMBER, "d": DAY, "w": {"type": "array", "items": DAY}, "x": TEXT})
    data = {"n": 1, "d": "2026-01-31", "w": ["2026-02-01"], "gone": "from an earlier release"}
    assert values_of(f, data) == {"n": Decimal(1), "d": date(2026, 1, 31), "w": [date(2026, 2, 1)]}
