"""The properties of a field as a panel: a form of ours that asks for them, and what its answers make of the field."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from builder.forms import choices, edit
from runtime.contracts import Problem
from runtime.i18n import Translate, text_in
from widgets.base import widget_of

Form = dict[str, Any]
Schema = dict[str, Any]
Look = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """One thing a panel asks: how it is asked, and its way out of and into the field's schema and look."""

    ask: Callable[["Panel"], Schema]
    get: Callable[[Schema, Look], Any]
    put: Callable[[Schema, Look, Any], None]
    ui: Callable[["Panel"], Look] = lambda panel: {}


@dataclass(frozen=True)
class Panel:
    """For whom and beside what a panel is drawn: words, the app's forms, the names a formula may use."""

    translate: Translate
    lang: str
    forms: Sequence[Mapping[str, Any]] = ()
    names: Sequence[Mapping[str, Any]] = ()


def kind_of(form: Mapping[str, Any], name: str) -> str:
    """The field's kind: the name of its widget."""
    return widget_of(edit.schema_of(form, name), (form.get("ui") or {}).get(name)).name


def panel(form: Mapping[str, Any], name: str, around: Panel) -> tuple[Form, dict[str, Any]]:
    """The panel of a field as a form/1 document, and the field's properties as answers to it."""
    schema, look = edit.schema_of(form, name), dict((form.get("ui") or {}).get(name) or {})
    asked = {key: PROPERTIES[key] for key in _keys(kind_of(form, name))}
    document = {
        "format": "form/1",
        "key": "properties",
        "title": "",
        "schema": {
            "type": "object",
            "properties": {key: one.ask(around) for key, one in asked.items()},
            "required": ["title"],
        },
        "ui": {key: ui for key, one in asked.items() if (ui := one.ui(around))},
    }
    answers = {key: one.get(schema, look) for key, one in asked.items()} | {"required": edit.is_required(form, name)}
    return document, {key: value for key, value in answers.items() if value not in (None, "")}


def apply(form: Form, name: str, answers: Mapping[str, Any]) -> Form:
    """The form with the field as its panel's answers want it; what the panel does not ask for stays."""
    schema, look = deepcopy(edit.schema_of(form, name)), dict((form.get("ui") or {}).get(name) or {})
    for key in _keys(kind_of(form, name)):
        if key != "required":
            PROPERTIES[key].put(schema, look, answers.get(key))
    return edit.change(form, name, schema, look, required=bool(answers.get("required")))


def placed(problem: Problem) -> Problem:
    """A problem of a form document as a problem of the panel question that can mend it."""
    asks = (_ASKS[part] for part in reversed(problem.pointer.split("/")) if part in _ASKS)
    return replace(problem, pointer="/" + next(asks, "title"))


_ASKS = {
    "title": "title", "description": "description", "x-unique": "unique", "maxLength": "longest", "minimum": "least",
    "maximum": "most", "x-currency": "currency", "x-scale": "scale", "oneOf": "options", "x-ref": "form",
    "x-file": "photos", "maxItems": "files", "x-default": "default", "x-formula": "formula",
}  # fmt: skip
"""Which question of the panel a keyword comes from."""


def _keys(kind: str) -> tuple[str, ...]:
    usual = ("title", "required", "description")
    return ("title", "description", "formula") if kind == "formula" else (*usual, *_OWN.get(kind, ()))


# --- the properties there are --------------------------------------------------------------------


def _ask(title: str, schema: Mapping[str, Any]) -> Callable[[Panel], Schema]:
    return lambda panel: {**schema, "title": panel.translate(title)}


def _keyword(title: str, keyword: str, schema: Mapping[str, Any]) -> Property:
    """A property that is one keyword of the schema; no answer takes the keyword away."""

    def put(target: Schema, look: Look, value: Any) -> None:
        target.pop(keyword, None)
        if value not in (None, "", False):
            target[keyword] = value

    return Property(_ask(title, schema), lambda source, look: source.get(keyword), put)


def _formula(title: str, keyword: str) -> Property:
    def put(target: Schema, look: Look, value: Any) -> None:
        target.pop(keyword, None)
        text = value.get("text") if isinstance(value, Mapping) else value
        if text or keyword == "x-formula":
            target[keyword] = text or "0"

    def get(source: Schema, look: Look) -> Any:
        return {"text": source[keyword]} if keyword in source else None

    ui = lambda panel: {"ui:widget": "expression", "ui:options": {"fields": list(panel.names)}}  # noqa: E731
    return Property(_ask(title, {}), get, put, ui)


def _listed(source: Schema) -> Schema:
    """The schema that holds the options: the items of several choices, the field itself of one."""
    inner: Schema = source["items"] if source.get("type") == "array" else source
    return inner


def _put_options(target: Schema, look: Look, value: Any) -> None:
    inner = _listed(target)
    known = inner.pop("oneOf", None) or [{"const": one, "title": str(one)} for one in inner.pop("enum", ())]
    inner["oneOf"] = choices.options_of(str(value or ""), known) or known


def _get_options(source: Schema, look: Look) -> str:
    inner = _listed(source)
    return choices.lines_of(inner.get("oneOf") or [{"const": one} for one in inner.get("enum") or ()])


def _put_look(target: Schema, look: Look, value: Any) -> None:
    look["ui:widget"] = value or "select"


def _put_form(target: Schema, look: Look, value: Any) -> None:
    target["x-ref"] = {**(target.get("x-ref") or {}), "form": value or ""}


def _put_accept(target: Schema, look: Look, value: Any) -> None:
    target["x-file"] = {**(target.get("x-file") or {}), "accept": "image/*" if value else ""}


def _put_whole(target: Schema, look: Look, value: Any) -> None:
    target["type"] = "integer" if value else "number"


def _ask_form(panel: Panel) -> Schema:
    forms = [{"const": form["key"], "title": text_in(panel.lang, form, "title") or form["key"]} for form in panel.forms]
    return {"type": "string", "title": panel.translate("Which form"), "oneOf": forms}


def _ask_look(panel: Panel) -> Schema:
    looks = {"radio": panel.translate("All options open"), "select": panel.translate("A list to open")}
    options = [{"const": const, "title": title} for const, title in looks.items()]
    return {"type": "string", "title": panel.translate("Looks like"), "oneOf": options}


_LINES = {"ui:widget": "textarea"}
_CURRENCIES = {"type": "string", "oneOf": [{"const": one, "title": one} for one in ("CNY", "USD", "EUR", "HKD", "JPY")]}

PROPERTIES: Mapping[str, Property] = {
    "title": _keyword("Title", "title", {"type": "string", "maxLength": 200}),
    "required": Property(_ask("Must be answered", {"type": "boolean"}), lambda s, look: None, lambda s, look, v: None),
    "description": _keyword("Help under the question", "description", {"type": "string", "maxLength": 1000}),
    "unique": _keyword("No two records alike", "x-unique", {"type": "boolean"}),
    "longest": _keyword("At most so many characters", "maxLength", {"type": "integer", "minimum": 1}),
    "least": _keyword("At least", "minimum", {"type": "number"}),
    "most": _keyword("At most", "maximum", {"type": "number"}),
    "whole": Property(
        _ask("Whole numbers only", {"type": "boolean"}), lambda s, look: s.get("type") == "integer", _put_whole
    ),
    "currency": _keyword("Currency", "x-currency", _CURRENCIES),
    "scale": _keyword("Decimal places", "x-scale", {"type": "integer", "minimum": 0, "maximum": 6}),
    "options": Property(
        _ask("Options, one a line", {"type": "string"}), _get_options, _put_options, lambda panel: dict(_LINES)
    ),
    "look": Property(_ask_look, lambda s, look: look.get("ui:widget"), _put_look, lambda panel: {"ui:widget": "radio"}),
    "form": Property(_ask_form, lambda s, look: (s.get("x-ref") or {}).get("form"), _put_form,
                     lambda panel: {"ui:widget": "select"}),
    "photos": Property(_ask("Photos only", {"type": "boolean"}),
                       lambda s, look: (s.get("x-file") or {}).get("accept") == "image/*", _put_accept),
    "files": _keyword("At most so many files", "maxItems", {"type": "integer", "minimum": 1, "maximum": 50}),
    "default": _formula("Filled in at first with", "x-default"),
    "formula": _formula("Formula", "x-formula"),
}  # fmt: skip

_OWN: Mapping[str, tuple[str, ...]] = {
    "text": ("longest", "unique", "default"),
    "long_text": ("longest", "default"),
    "number": ("least", "most", "whole", "default"),
    "money": ("currency", "scale", "least", "most", "default"),
    "date": ("default",),
    "datetime": ("default",),
    "yes_no": (),
    "choice": ("options", "look", "default"),
    "choices": ("options",),
    "person": ("default",),
    "link": ("form",),
    "file": ("photos", "files"),
}
