"""The panel of a rule: when it asks, as chips, and what it asks."""

from collections.abc import Mapping
from typing import Any

from builder.forms import conditions, edit
from builder.forms.rules import ask, rules_of, set_condition
from runtime.i18n import Translate, text_in
from widgets.base import widget_of
from widgets.choice import options_of

Form = dict[str, Any]


def panel(form: Mapping[str, Any], place: int, lang: str, translate: Translate) -> tuple[Form, dict[str, Any]]:
    """The panel as a form/1 document, and the rule as answers to it."""
    rule = rules_of(form)[place]
    looks = form.get("ui") or {}
    fields = [
        _field(name, schema, looks.get(name), group is None, lang)
        for name, (group, schema) in edit.declared(form).items()
    ]
    asked_here = set(rule["ask"])
    options = {"fields": [one for one in fields if one["field"] not in asked_here], "ops": list(conditions.OPS)}
    read = set(conditions.fields_in(rule["when"])) if rule["when"] else set()
    can_ask = [one for one in fields if one["field"] not in read and (one["plain"] or one["field"] in asked_here)]
    choices = [{"const": one["field"], "title": one["title"]} for one in can_ask]
    document = {
        "format": "form/1",
        "key": "rule",
        "title": "",
        "schema": {
            "type": "object",
            "properties": {
                "when": {"title": translate("When")},
                "ask": {
                    "type": "array",
                    "uniqueItems": True,
                    "title": translate("Then ask these and require an answer"),
                    "items": {"type": "string", "oneOf": choices},
                },
            },
            "required": ["when", "ask"],
        },
        "ui": {"when": {"ui:widget": "condition", "ui:options": options}},
    }
    return document, {"when": {"tree": rule["when"]}, "ask": rule["ask"]}


def apply(form: Form, place: int, answers: Mapping[str, Any]) -> Form:
    """The form with the rule as its panel's answers want it; a condition left empty stays as it was."""
    when = answers.get("when")
    if isinstance(when, Mapping) and when.get("tree"):
        form = set_condition(form, place, when["tree"])
    asked = answers.get("ask") or []
    return ask(form, place, [name for name in asked if isinstance(name, str)])


def _field(
    name: str, schema: Mapping[str, Any], look: Mapping[str, Any] | None, plain: bool, lang: str
) -> dict[str, Any]:
    inner = schema.get("items") if schema.get("type") == "array" else schema
    return {
        "field": name,
        "title": text_in(lang, schema, "title") or name,
        "kind": widget_of(schema, look).name,
        "choices": [
            {"value": one["const"], "title": text_in(lang, one, "title") or str(one["const"])}
            for one in options_of(inner or {})
        ],
        "plain": plain,
    }
