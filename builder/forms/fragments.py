"""Questions on their way from one form to another: a fragment of form/1 that the clipboard carries as text.

A fragment is a form/1 without key and title. A rule comes along where the questions that it asks about do; what it
asks becomes plain questions otherwise. `x-cut` says which form the questions were cut out of, not copied.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from builder.forms import edit
from builder.forms.conditions import fields_in
from builder.forms.rules import rules_of
from runtime.documents.formulas import KEYWORDS

Form = dict[str, Any]
Fragment = dict[str, Any]


def cut_out(form: Mapping[str, Any], names: Iterable[str]) -> Fragment:
    """These questions with their looks and rules, in the form's order; names that are not there are passed over."""
    chosen = set(names)
    wanted = [name for name in edit.names(form) if name in chosen]
    kept = [(entry, asked) for entry, asked in _rules(form, chosen) if asked]
    inside = {name for _, asked in kept for name in asked}
    schema: dict[str, Any] = {"type": "object", **_asks(form, [name for name in wanted if name not in inside])}
    if kept:
        schema["allOf"] = [{**entry, "then": _asks(form, asked)} for entry, asked in kept]
    ui = form.get("ui") or {}
    return deepcopy({"format": "form/1", "schema": schema, "ui": {name: ui[name] for name in wanted if name in ui}})


def paste(
    form: Form, fragment: Fragment, before: str | None, group: edit.Group, rename: Callable[[str], str]
) -> tuple[Form, list[str]]:
    """The form with the fragment's questions before another one (or last in their group), and their names.

    `rename` gives the name that a question has from now on; rules and formulas follow.
    """
    form, fragment = deepcopy(form), deepcopy(fragment)
    fragment = {**fragment, "schema": {"properties": {}, **fragment["schema"]}}
    new = {name: rename(name) for name in edit.names(fragment)}
    ui = fragment.get("ui") or {}
    for name in fragment["schema"]["properties"]:
        edit.insert(form, new[name], _renamed_field(edit.schema_of(fragment, name), new), before, group)
        edit.set_required_in(form, new[name], edit.is_required(fragment, name))
    for entry in fragment["schema"].get("allOf") or ():
        form["schema"].setdefault("allOf", []).append(_renamed_rule(entry, new))
    form.setdefault("ui", {}).update({new[name]: look for name, look in ui.items() if name in new})
    return form, list(new.values())


def _rules(form: Mapping[str, Any], chosen: set[str]) -> Iterable[tuple[Mapping[str, Any], list[str]]]:
    """The rules whose condition came along whole, each with what it still asks."""
    for rule in rules_of(form):
        if rule["when"] is not None and chosen.issuperset(fields_in(rule["when"])):
            yield rule["text"], [name for name in rule["ask"] if name in chosen]


def _asks(form: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    required = [name for name in names if edit.is_required(form, name)]
    return {"properties": {name: edit.schema_of(form, name) for name in names}, "required": required}


def _renamed_rule(part: Any, new: Mapping[str, str]) -> Any:
    """A rule, or a part of one, that speaks of the fields by their new names; what stands inside a field stays."""
    if isinstance(part, list):
        return [_renamed_rule(inner, new) for inner in part]
    if not isinstance(part, Mapping):
        return new.get(part, part) if isinstance(part, str) else part
    fields = part.get("properties")
    found = {key: _renamed_rule(inner, new) for key, inner in part.items() if key in _RULE_PARTS}
    if isinstance(fields, Mapping):
        found["properties"] = {new.get(name, name): _renamed_field(inner, new) for name, inner in fields.items()}
    return {key: found.get(key, inner) for key, inner in part.items()}


_RULE_PARTS = ("if", "then", "allOf", "anyOf", "not", "required")


def _renamed_field(schema: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    expressions = {word: schema[word] for word in KEYWORDS if isinstance(schema.get(word), str)}
    return {**schema, **{word: _reworded(source, new) for word, source in expressions.items()}}


def _reworded(source: str, new: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        name = new.get(found["name"] or found["quoted"])
        if name is None:
            return found[0]
        return f"record.{name}" if name.isidentifier() else f"record[{name!r}]"

    return re.sub(r"\brecord(?:\.(?P<name>\w+)|\[(?P<quote>['\"])(?P<quoted>.*?)(?P=quote)\])", put, source)
