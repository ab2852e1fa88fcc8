"""The form as it will look, field by field, in its groups: what the designer shows in the middle."""

from collections.abc import Iterable, Mapping, Sequence
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
from runtime.i18n import listed, text_in
from runtime.spelling import initials, spelled
from widgets.base import Reader, widget_of


@dataclass(frozen=True)
class Built:
    """One field on the sheet; `same` where the page that asks has it before it just like this."""

    name: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any]
    required: bool
    same: bool

    def title(self, lang: str) -> str:
        """What it asks."""
        return text_in(lang, self.schema, "title") or self.name

    @property
    def kind(self) -> str:
        """The name of its widget."""
        return widget_of(self.schema, self.ui).name


@dataclass(frozen=True)
class Group:
    """The plain form (`place` None) or one rule: when it asks, in words, and what."""

    place: int | None
    words: str
    fields: Sequence[Built]


def groups(form: Mapping[str, Any], known: Mapping[str, Any], reader: Reader) -> list[Group]:
    """The sheet, the plain form first; `known` is the form that the asking page shows."""
    before = edit.faces(known) if known else {}
    inside: dict[edit.Group, list[Built]] = {}
    for name, face in edit.faces(form).items():
        group, schema, look, required = face
        same = name in before and before[name][1:] == face[1:]
        inside.setdefault(group, []).append(Built(name, schema, look or {}, required, same))
    rules = [Group(place, said(rule["when"], form, reader), inside.get(place, ()))
             for place, rule in enumerate(rules_of(form))]  # fmt: skip
    return [Group(None, "", inside.get(None, ())), *rules]


def faces(fields: Iterable[Built], reader: Reader, icon: Icon, prefix: str) -> dict[str, Markup]:
    """How these fields look to who answers them, by name; `prefix` makes their ids differ from others on the page."""
    fields = list(fields)
    schemas = {field.name: _alone(field.schema) for field in fields}
    required = [field.name for field in fields if field.required]
    schema = {"type": "object", "properties": schemas, "required": required}
    ui = {field.name: dict(field.ui) for field in fields}
    try:
        compiled = compile_form({"format": "form/1", "key": "sheet", "title": "sheet", "schema": schema, "ui": ui})
    except FormError:  # the check names what is wrong; the sheet still shows the titles
        return {field.name: Markup.escape(field.title(reader.lang)) for field in fields}
    page = compile_page(compiled, reader.lang, reader.translate, icon, prefix)
    unfolded, place = compiled.unfold({}), Page(reader)
    return {field.name: Markup(draw(page, field.name, {}, unfolded, "", place)) for field in fields}


def _alone(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a field that is drawn without those that its expressions read."""
    kept = {word: value for word, value in schema.items() if word not in ("x-default", "x-check")}
    return kept | {"x-formula": "0"} if "x-formula" in kept else kept


def findable(title: str, name: str) -> str:
    """All that a search finds something by: title and name, Chinese by pinyin and by its initials too."""
    return " ".join((title, name, spelled(title), initials(title))).casefold()


def said(tree: Tree | None, form: Mapping[str, Any], reader: Reader) -> str:
    """A rule's condition as a sentence; "" for one that only its text can show."""
    fields = edit.declared(form) if tree else {}
    return sentence(tree, lambda test: _test(test, fields, reader), reader.translate) if tree else ""


def _test(test: Mapping[str, Any], fields: Mapping[str, Any], reader: Reader) -> str:
    schema: Mapping[str, Any] = fields.get(test["field"], (None, {}))[1]
    title = text_in(reader.lang, schema, "title") or test["field"]
    return say(OPS[test["op"]], reader.translate, field=title, value=_value(test.get("value"), schema, reader))


def _value(value: Any, schema: Mapping[str, Any], reader: Reader) -> str:
    if isinstance(value, list):
        return listed((_value(one, schema, reader) for one in value), reader.translate)
    if isinstance(value, bool):
        return reader.translate("Yes") if value else reader.translate("No")
    inner = schema.get("items") if schema.get("type") == "array" else schema
    options = (inner or {}).get("oneOf") or ()
    found = next((one for one in options if one.get("const") == value), None)
    return text_in(reader.lang, found, "title") if found else str(value)
