"""Answers in, data and problems out: a table of forms and answers."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runtime.answers import compile_form, read

VISIT = json.loads((Path(__file__).parents[2] / "documents" / "form.json").read_text())
HOSPITAL = {"customer": "c1", "customer_type": "hospital"}


def form(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "format": "form/1",
        "key": "f",
        "title": "F",
        "schema": {"type": "object", "properties": properties, **more},
    }


def when(name: str, value: Any, **then: Any) -> dict[str, Any]:
    return {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": then}


TEXT = {"type": "string", "title": "Name"}
NUMBER = {"type": "number", "title": "Size"}
KIND = {"type": "string", "title": "Kind", "enum": ["a", "b"]}
MONEY = {"type": "number", "title": "Price", "x-currency": "CNY", "x-scale": 2}
DAY = {"type": "string", "format": "date", "title": "Day"}
MOMENT = {"type": "string", "format": "date-time", "title": "At"}
YES = {"type": "boolean", "title": "Agreed"}
CHOICES = {"type": "array", "title": "Ways", "uniqueItems": True, "items": {"type": "string", "enum": ["x", "y"]}}
UNFOLDS = form({"kind": KIND}, allOf=[when("kind", "a", properties={"size": NUMBER}, required=["size"])])

TABLE: list[tuple[str, dict[str, Any], Any, dict[str, Any], list[tuple[str, str, str]]]] = [
    ("an answer is kept", form({"t": TEXT}), {"t": "x"}, {"t": "x"}, []),
    ("an empty text is no answer", form({"t": TEXT}), {"t": ""}, {}, []),
    ("an empty list is no answer", form({"w": CHOICES}), {"w": []}, {}, []),
    ("null is no answer", form({"t": TEXT}), {"t": None}, {}, []),
    ("no and 0 are answers", form({"y": YES, "n": NUMBER}), {"y": False, "n": 0}, {"y": False, "n": 0}, []),
    (
        "an empty required text is missing",
        form({"t": TEXT}, required=["t"]), {"t": ""}, {}, [("/t", "required", "Enter Name.")],
    ),
    (
        "a missing choice is to be chosen",
        form({"k": KIND}, required=["k"]), {}, {}, [("/k", "required", "Choose Kind.")],
    ),
    (
        "a missing yes or no is to be chosen",
        form({"y": YES}, required=["y"]), {}, {}, [("/y", "required", "Choose Agreed.")],
    ),
    (
        "a text that looks like a number is no number",
        form({"n": NUMBER}), {"n": "5"}, {"n": "5"}, [("/n", "type", "Size must be a number.")],
    ),
    (
        "a number is no text",
        form({"t": TEXT}), {"t": 5}, {"t": 5}, [("/t", "type", "Name must be text.")],
    ),
    (
        "yes is not the number one",
        form({"n": NUMBER}), {"n": True}, {"n": True}, [("/n", "type", "Size must be a number.")],
    ),
    (
        "a number that may also be null is still a number",
        form({"n": {**NUMBER, "type": ["null", "number"]}}), {"n": "5"}, {"n": "5"},
        [("/n", "type", "Size must be a number.")],
    ),
    ("1.0 is a whole number", form({"n": {"type": "integer"}}), {"n": Decimal("1.0")}, {"n": 1}, []),
    (
        "1.5 is not",
        form({"n": {"type": "integer"}}), {"n": Decimal("1.5")}, {"n": Decimal("1.5")},
        [("/n", "type", "n must be a whole number.")],
    ),
    (
        "an array where one value is expected",
        form({"t": TEXT}), {"t": ["x"]}, {"t": ["x"]}, [("/t", "type", "Name must be text.")],
    ),
    (
        "limits are told as they were written",
        form({"n": {**NUMBER, "minimum": Decimal("0.50")}, "m": {**NUMBER, "maximum": Decimal("1E+3")}}),
        {"n": Decimal("0.49"), "m": 1001}, {"n": Decimal("0.49"), "m": 1001},
        [("/n", "minimum", "Size must be at least 0.50."), ("/m", "maximum", "Size must be at most 1000.")],
    ),
    (
        "steps are exact",
        form({"n": {**NUMBER, "multipleOf": 0.01}, "m": {**NUMBER, "multipleOf": 0.1}}),
        {"n": Decimal("19.99"), "m": Decimal("0.35")}, {"n": Decimal("19.99"), "m": Decimal("0.35")},
        [("/m", "multipleOf", "Size must be a multiple of 0.1.")],
    ),
    ("money is rounded half up", form({"m": MONEY}), {"m": Decimal("2.675")}, {"m": Decimal("2.68")}, []),
    ("money below nought, too", form({"m": MONEY}), {"m": Decimal("-0.005")}, {"m": Decimal("-0.01")}, []),
    ("money is never minus nought", form({"m": MONEY}), {"m": Decimal("-0.001")}, {"m": Decimal("0.00")}, []),
    ("a float is read as it is written", form({"m": MONEY}), {"m": 1.005}, {"m": Decimal("1.01")}, []),
    ("yen have no fraction", form({"m": {**MONEY, "x-scale": 0}}), {"m": Decimal("0.5")}, {"m": 1}, []),
    (
        "a moment is kept in UTC",
        form({"at": MOMENT}), {"at": "2026-01-31T08:00:00+08:00"}, {"at": "2026-01-31T00:00:00Z"}, [],
    ),
    (
        "a moment without a zone is refused",
        form({"at": MOMENT}), {"at": "2026-01-31T08:00:00"}, {"at": "2026-01-31T08:00:00"},
        [("/at", "format", "At must be a date and time with its zone, such as 2026-01-31T08:00:00Z.")],
    ),
    (
        "a day that is not in the calendar",
        form({"d": DAY}), {"d": "2026-02-30"}, {"d": "2026-02-30"},
        [("/d", "format", "Day must be a date such as 2026-01-31.")],
    ),
    (
        "a link a page would run is no address",
        form({"u": {"type": "string", "format": "uri", "title": "Site"}}),
        {"u": "javascript:alert(1)"}, {"u": "javascript:alert(1)"},
        [("/u", "format", "Site must be a web address such as https://example.com.")],
    ),
    (
        "a wrong type says all there is to say",
        form({"k": KIND}), {"k": 5}, {"k": 5}, [("/k", "type", "Kind must be text.")],
    ),
    (
        "a form closed to other names still takes what it unfolds",
        {**UNFOLDS, "schema": {**UNFOLDS["schema"], "additionalProperties": False}},
        {"kind": "a", "size": 1}, {"kind": "a", "size": 1}, [],
    ),
    (
        "an unknown choice",
        form({"k": KIND}), {"k": "z"}, {"k": "z"}, [("/k", "enum", "Kind is not one of the options.")],
    ),
    (
        "an unknown choice among several, and one twice",
        form({"w": CHOICES}), {"w": ["x", "z", "z"]}, {"w": ["x", "z", "z"]},
        [
            ("/w", "uniqueItems", "Ways names something twice."),
            ("/w/1", "enum", "Ways is not one of the options."),
            ("/w/2", "enum", "Ways is not one of the options."),
        ],
    ),
    (
        "a pattern of Chinese characters, as JavaScript writes it",
        form({"t": {**TEXT, "pattern": "^[\\u4e00-\\u9fa5]+$"}, "u": {**TEXT, "pattern": "^[\\u4e00-\\u9fa5]+$"}}),
        {"t": "张三", "u": "Zhang"}, {"t": "张三", "u": "Zhang"},
        [("/u", "pattern", "Name is not written in the right form.")],
    ),
    ("an unknown name", form({"t": TEXT}), {"x": 1}, {}, [("/x", "unknown", "There is no field x.")]),
    (
        "an unknown name is refused even empty",
        form({"t": TEXT}), {"x": None}, {}, [("/x", "unknown", "There is no field x.")],
    ),
    ("an unfolded question is asked", UNFOLDS, {"kind": "a"}, {"kind": "a"}, [("/size", "required", "Enter Size.")]),
    ("a folded answer is dropped", UNFOLDS, {"kind": "b", "size": 3}, {"kind": "b"}, []),
    ("a folded answer is dropped even when it is wrong", UNFOLDS, {"kind": "b", "size": "?"}, {"kind": "b"}, []),
    (
        "the visit: a hospital is asked two more questions",
        VISIT, HOSPITAL, HOSPITAL,
        [("/ct_age", "required", "Enter CT/MRI装机年限."), ("/joins_tender", "required", "Choose 是否参与集采.")],
    ),
    (
        "the visit: folding reaches what the folded unfolds",
        VISIT, {"customer": "c1", "customer_type": "dealer", "joins_tender": True, "tender_date": "2026-01-01"},
        {"customer": "c1", "customer_type": "dealer"}, [],
    ),
    (
        "problems come all at once, in the order they are drawn",
        VISIT, {"customer_type": "hospital", "ct_age": -1, "joins_tender": "yes", "zz": 1, "photos": [{}]},
        {"customer_type": "hospital", "ct_age": -1, "joins_tender": "yes", "photos": [{}]},
        [
            ("/customer", "required", "Choose 客户."),
            ("/ct_age", "minimum", "CT/MRI装机年限 must be at least 0."),
            ("/joins_tender", "type", "是否参与集采 must be yes or no."),
            ("/photos/0/id", "required", "现场照片 is not complete."),
            ("/zz", "unknown", "There is no field zz."),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "answers", "data", "problems"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_answers_come_to(document: Any, answers: Any, data: Any, problems: Any):
    names = {"now": None}
    reading = read(compile_form(document), answers, names=names)
    assert reading.data == data

    assert [(each.pointer, each.keyword, str(each.message)) for each in reading.problems] == problems


def test_nothing_is_never_minus_nothing():
    assert str(read(compile_form(form({"m": MONEY})), {"m": Decimal("-0.001")}).data["m"]) == "0.00"
