"""What a node does, in words: its label's summary with the config's values as people call them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.calendars import habits
from runtime.expressions import draw
from runtime.expressions.sentences import OPS, said, sentence
from runtime.flows.picture import literals
from runtime.i18n import Message, Translate, listed, message, text_in

MOST = 120
"""A node shows so many characters; the panel shows all."""

_PLACE = re.compile(r"\{(\w+)\}")
_FILLED = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_PEOPLE: Mapping[str, Message] = {
    "role": message("role %(name)s"),
    "field": message("person in %(name)s"),
    "user": message("%(name)s"),
    "manager_of": message("manager of %(name)s"),
    "department": message("department %(name)s"),
}


ENDS = ("from", "to")
_CHANGE = message("%(field)s from %(from)s to %(to)s")


@dataclass(frozen=True)
class Words:
    """How things are called: sources of expressions, forms, fields, people; and the reader's language."""

    lang: str
    translate: Translate
    names: Sequence[Mapping[str, Any]] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    form: str = ""

    def known(self, name: str) -> Mapping[str, Any] | None:
        """What is known of a field: of the form that a step's config names, else of the record the flow is about."""
        if self.form in self.fields:
            return next((one for one in self.fields[self.form] if one["name"] == name), None)
        return next((one for one in self.names if one["source"] == f"record.{name}"), None)

    def of(self, source: str) -> str:
        """A readable name of what an expression reads, else the expression."""
        return next((str(name["title"]) for name in self.names if name["source"] == source), source)


def summary(label: Mapping[str, Any], config_schema: Mapping[str, Any], config: Mapping[str, Any], words: Words) -> str:
    """The node's sentence; a value that is not set yet is "…", one that need not be is left out."""
    properties, required = config_schema.get("properties") or {}, config_schema.get("required") or ()
    words = replace(words, form=str(config.get("form") or ""))

    def fill(place: re.Match[str]) -> str:
        name = place.group(1)
        value = config.get(name)
        if value in (None, "", [], {}):
            return "…" if name in required else ""
        return _value(value, properties.get(name) or {}, words)

    text = re.sub(" +", " ", _PLACE.sub(fill, text_in(words.lang, label, "summary"))).strip(" …")
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def _value(value: Any, schema: Mapping[str, Any], words: Words) -> str:
    kind = schema.get("x-value")
    if kind == "form":
        return words.forms.get(str(value), str(value))
    if kind == "field":
        return _field(str(value), words)
    if kind == "plan":
        return habits.sentence(value, words.translate)
    if kind == "expression":
        return expression(str(value), words)
    if kind == "text":
        return _FILLED.sub(lambda found: "{" + words.of(found.group(1)) + "}", str(value))
    if kind == "people":
        return listed((person(one, words) for one in value), words.translate)
    if kind == "change":
        return _change(value, words)
    if isinstance(value, Mapping):
        return listed(
            (f"{_field(name, words)} = {_set(name, str(one), words)}" for name, one in value.items()), words.translate
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listed((_one(part, schema.get("items") or {}, words) for part in value), words.translate)
    return _title_of(value, schema, words) or str(value)


def _one(part: Any, schema: Mapping[str, Any], words: Words) -> str:
    if isinstance(part, Mapping) and "op" in part:
        shown = expression(str(part["value"]), words) if "value" in part else ""
        return said(
            OPS.get(part["op"], OPS["eq"]), words.translate, field=_field(part.get("field", ""), words), value=shown
        )
    if isinstance(part, Mapping):
        return str(part.get("title") or part.get("key") or part.get("name") or "…")
    return _title_of(part, schema, words) or _field(str(part), words)


def _title_of(value: Any, schema: Mapping[str, Any], words: Words) -> str:
    """What a chosen option is called; "" for what is no option."""
    option = next((one for one in schema.get("oneOf") or () if one.get("const") == value), None)
    return text_in(words.lang, option, "title") if option else ""


def expression(source: str, words: Words) -> str:
    """An expression as people would say it: a condition as a sentence, a literal as its value, a name by its title."""
    given = literals.read(source)
    if "value" in given:
        return str(given["value"])
    tree = draw(source)
    return sentence(tree, lambda test: _compared(test, words), words.translate) if tree else words.of(source)


def _set(name: str, source: str, words: Words) -> str:
    """What a field is set to: an option by its title, anything else as it is said."""
    given = literals.read(source)
    return _chosen(given["value"], words.known(name), words) if "value" in given else expression(source, words)


def _compared(test: Mapping[str, Any], words: Words) -> str:
    named = next((name for name in words.names if name["field"] == list(test["field"])), None)
    title = str(named["title"]) if named else ".".join(test["field"])
    return said(OPS[test["op"]], words.translate, field=title, value=_chosen(test.get("value"), named, words))


def _chosen(value: Any, named: Mapping[str, Any] | None, words: Words) -> str:
    if isinstance(value, list):
        return listed((_chosen(part, named, words) for part in value), words.translate)
    choices = (named or {}).get("choices") or ()
    return str(next((choice["title"] for choice in choices if choice["value"] == value), value))


def person(one: Mapping[str, Any], words: Words) -> str:
    """Who is meant, as people say it."""
    for kind, text in _PEOPLE.items():
        if kind in one:
            key = str(one[kind])
            name = words.people.get(key) or (_field(key, words) if kind == "field" else words.of(key))
            return said(text, words.translate, name=name)
    return "…"


def _change(value: Mapping[str, Any], words: Words) -> str:
    named = words.known(str(value.get("field", "")))
    said_of = {end: _chosen(value[end], named, words) if value.get(end) not in (None, "") else "…" for end in ENDS}
    return said(_CHANGE, words.translate, field=_field(str(value.get("field", "")), words), **said_of)


def _field(name: str, words: Words) -> str:
    named = words.known(name)
    return str(named["title"]) if named else name
