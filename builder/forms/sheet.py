"""The form as it will look, field by field, in its groups: what the designer shows in the middle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from builder.drafts.panels import Icon
from builder.forms import edit
from builder.forms.conditions import Tree
from builder.forms.rules import rules_of
from runtime.answers import FormError, compile_form
from runtime.expressions.sentences import OPS, sentence
from runtime.expressions.sentences import said as say
from runtime.forms.render import Page, compile_page, draw
from runtime.i18n import text_in
from widgets.base import Reader


@dataclass(frozen=True)
class Built:
    """One field on the sheet: its name, title and how it looks."""

    name: str
    title: str
    face: Markup


@dataclass(frozen=True)
class Group:
    """The plain form (`place` None) or one rule: when it asks, in words, and what."""

    place: int | None
    words: str
    fields: Sequence[Built]


def groups(form: Mapping[str, Any], reader: Reader, icon: Icon) -> list[Group]:
    """The sheet, the plain form first."""
    faces = _faces(form, reader, icon)

    def built(names: Sequence[str]) -> list[Built]:
        return [Built(name, text_in(reader.lang, edit.schema_of(form, name), "title") or name, faces[name])
                for name in names]  # fmt: skip

    plain = Group(None, "", built(list(form["schema"].get("properties") or {})))
    rules = [
        Group(place, said(rule["when"], form, reader), built(rule["ask"])) for place, rule in enumerate(rules_of(form))
    ]
    return [plain, *rules]


def said(tree: Tree | None, form: Mapping[str, Any], reader: Reader) -> str:
    """A rule's condition as a sentence; "" for one that only its text can show."""
    return sentence(tree, lambda test: _test(test, form, reader), reader.translate) if tree else ""


def _faces(form: Mapping[str, Any], reader: Reader, icon: Icon) -> dict[str, Markup]:
    """Every field drawn as if all were asked at once."""
    names = edit.names(form)
    fields = {name: edit.schema_of(form, name) for name in names}
    required = [name for name in names if edit.is_required(form, name)]
    flat = {
        **form,
        "schema": {"type": "object", "properties": fields, "required": required},
        "ui": form.get("ui") or {},
    }
    try:
        compiled = compile_form(flat)
    except FormError:  # a formula that goes in a circle, say: the check names it, the sheet still shows titles
        return {name: Markup.escape(text_in(reader.lang, fields[name], "title") or name) for name in names}
    page, unfolded, place = (
        compile_page(compiled, reader.lang, reader.translate, icon),
        compiled.unfold({}),
        Page(reader),
    )
    return {name: Markup(draw(page, name, {}, unfolded, "", place)) for name in names}


def _test(test: Mapping[str, Any], form: Mapping[str, Any], reader: Reader) -> str:
    schema = _schema(form, test["field"])
    title = text_in(reader.lang, schema, "title") or test["field"]
    return say(OPS[test["op"]], reader.translate, field=title, value=_value(test.get("value"), schema, reader))


def _schema(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    try:
        return edit.schema_of(form, name)
    except edit.NoSuchField:
        return {}


def _value(value: Any, schema: Mapping[str, Any], reader: Reader) -> str:
    if isinstance(value, list):
        return "、".join(_value(one, schema, reader) for one in value)
    if isinstance(value, bool):
        return reader.translate("Yes") if value else reader.translate("No")
    inner = schema.get("items") if schema.get("type") == "array" else schema
    options = (inner or {}).get("oneOf") or ()
    found = next((one for one in options if one.get("const") == value), None)
    return text_in(reader.lang, found, "title") if found else str(value)
