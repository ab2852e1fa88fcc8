"""Questions on their way from one form to another."""

from builder.forms.edit import free_name, names, schema_of
from builder.forms.fragments import cut_out, paste
from runtime import documents

VISIT = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访记录",
    "schema": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "title": "类型"},
            "name": {"type": "string", "title": "名称", "x-default": "record.kind + record['其他 项']"},
            "其他 项": {"type": "string", "title": "其他", "x-file": {}},
        },
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "name"}}, "required": ["kind"]},
                "then": {"properties": {"age": {"type": "integer", "title": "年限"}}, "required": ["age"]},
            }
        ],
    },
    "ui": {"kind": {"ui:widget": "radio"}},
}
OTHER = {"format": "form/1", "key": "other", "title": "别的", "schema": {"type": "object", "properties": {"z": {}}}}


def anew(name: str) -> str:
    return free_name((), name)


def test_a_rule_comes_along_where_all_that_it_asks_about_does() -> None:
    fragment = cut_out(VISIT, ["age", "kind"])
    assert fragment["schema"]["allOf"] == VISIT["schema"]["allOf"]
    assert list(fragment["schema"]["properties"]) == ["kind"]
    assert fragment["ui"] == {"kind": {"ui:widget": "radio"}}


def test_what_a_rule_asked_is_a_plain_question_without_it() -> None:
    fragment = cut_out(VISIT, ["age", "unknown"])
    assert fragment["schema"] == {
        "type": "object", "properties": {"age": {"type": "integer", "title": "年限"}}, "required": ["age"],
    }  # fmt: skip


def test_pasted_names_are_made_anew_in_rules_and_formulas_too() -> None:
    form, made = paste(OTHER, cut_out(VISIT, names(VISIT)), "z", None, anew)
    assert made == ["kind_1", "name_1", "其他 项_1", "age_1"]
    assert names(form) == ["kind_1", "name_1", "其他 项_1", "z", "age_1"]
    assert schema_of(form, "name_1")["x-default"] == "record.kind_1 + record['其他 项_1']"
    assert form["schema"]["allOf"] == [
        {
            "if": {"properties": {"kind_1": {"const": "name"}}, "required": ["kind_1"]},
            "then": {"properties": {"age_1": {"type": "integer", "title": "年限"}}, "required": ["age_1"]},
        }
    ]
    assert form["ui"] == {"kind_1": {"ui:widget": "radio"}}
    assert documents.check("form", form) == []


def test_what_was_cut_out_is_a_sound_form_itself() -> None:
    assert documents.check("form", {"key": "x", "title": "x", **cut_out(VISIT, names(VISIT))}) == []
