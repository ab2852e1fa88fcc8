"""Rules: when … then ask … and require …"""

from copy import deepcopy

from builder.forms.rules import add_rule, ask, deciding, remove_rule, rules_of, set_condition

HOSPITAL = {"field": "customer_type", "op": "eq", "value": "hospital"}
VISIT = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访记录",
    "schema": {
        "type": "object",
        "properties": {
            "customer_type": {"type": "string", "title": "客户类型"},
            "ct_age": {"type": "integer", "minimum": 0, "title": "CT/MRI装机年限", "x-mine": 1},
            "note": {"type": "string"},
        },
        "required": ["customer_type", "ct_age"],
    },
}


def test_a_rule_takes_a_question_out_of_the_plain_form_and_requires_it() -> None:
    form, place = add_rule(VISIT, HOSPITAL)
    form = ask(form, place, ["ct_age"])
    assert form["schema"]["allOf"] == [
        {
            "if": {"properties": {"customer_type": {"const": "hospital"}}, "required": ["customer_type"]},
            "then": {
                "properties": {"ct_age": {"type": "integer", "minimum": 0, "title": "CT/MRI装机年限", "x-mine": 1}},
                "required": ["ct_age"],
            },
        }
    ]
    assert list(form["schema"]["properties"]) == ["customer_type", "note"]
    assert form["schema"]["required"] == ["customer_type"]


def test_editing_a_form_leaves_the_one_that_was_given_alone() -> None:
    before = deepcopy(VISIT)
    form, place = add_rule(VISIT, HOSPITAL)
    ask(form, place, ["ct_age"])
    assert before == VISIT


def test_a_question_that_a_rule_no_longer_asks_goes_back_unrequired() -> None:
    form, place = add_rule(VISIT, HOSPITAL)
    form = ask(ask(form, place, ["ct_age", "note"]), place, ["note"])
    assert list(form["schema"]["properties"]) == ["customer_type", "ct_age"]
    assert form["schema"]["allOf"][0]["then"]["required"] == ["note"]


def test_removing_a_rule_loses_no_question() -> None:
    form, place = add_rule(VISIT, HOSPITAL)
    form = remove_rule(ask(form, place, ["ct_age"]), place)
    assert set(form["schema"]["properties"]) == {"customer_type", "ct_age", "note"}
    assert "allOf" not in form["schema"]


def test_keys_that_a_rule_does_not_speak_of_are_kept() -> None:
    form = deepcopy(VISIT)
    entry = {"if": {"required": ["note"]}, "then": {"properties": {}, "minProperties": 2}, "title": "大单"}
    form["schema"]["allOf"] = [entry]
    form = ask(set_condition(form, 0, HOSPITAL), 0, ["ct_age"])
    assert form["schema"]["allOf"][0]["then"]["minProperties"] == 2
    assert form["schema"]["allOf"][0]["title"] == "大单"


def test_a_rule_that_chips_cannot_show_comes_as_text() -> None:
    form = deepcopy(VISIT)
    odd = {"if": {"minProperties": 2}, "then": {"required": ["note"]}, "else": {"required": ["ct_age"]}}
    form["schema"]["allOf"] = [odd]
    assert rules_of(form)[0]["when"] is None
    assert rules_of(form)[0]["text"] == odd


def test_the_fields_that_decide_are_known() -> None:
    form, _ = add_rule(VISIT, HOSPITAL)
    assert deciding(form) == {"customer_type"}
