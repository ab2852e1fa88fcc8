"""The properties of a form as a whole as a panel: its name, what stands under it, what its records are called by."""

from collections.abc import Mapping
from typing import Any

from builder.forms import edit
from runtime.i18n import Translate, text_in

Form = dict[str, Any]


def panel(form: Mapping[str, Any], lang: str, translate: Translate) -> tuple[Form, dict[str, Any]]:
    """The panel as a form/1 document, and the form's properties as answers to it."""
    fields = edit.declared(form).items()
    labels = [{"const": name, "title": text_in(lang, schema, "title") or name} for name, (_, schema) in fields]
    properties: dict[str, Any] = {
        "title": {"type": "string", "maxLength": 200, "title": translate("Name of the form")},
        "description": {"type": "string", "maxLength": 1000, "title": translate("Help above the questions")},
    }
    if labels:
        named = translate("A record is called by its answer to")
        properties["label"] = {"type": "string", "title": named, "oneOf": labels}
    document = {
        "format": "form/1",
        "key": "form",
        "title": "",
        "schema": {"type": "object", "properties": properties, "required": ["title"]},
        "ui": {"description": {"ui:widget": "textarea"}, "label": {"ui:widget": "select"}},
    }
    return document, {key: form[key] for key in properties if form.get(key)}


def apply(form: Form, answers: Mapping[str, Any]) -> Form:
    """The form with these properties; one without a name keeps the name it had."""
    kept = {key: value for key, value in form.items() if key not in ("description", "label")}
    return {**kept, **{key: value for key, value in answers.items() if key in ("title", "description", "label")}}
