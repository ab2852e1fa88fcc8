"""Conditional questions as rules: when … then ask … and require …; stored as standard `allOf` / `if` / `then`.

A rule is `{"when": tree | None, "ask": [names], "require": [names]}`. `when` is None where chips cannot show the
condition; such a rule is left as it stands. Keys that a rule does not speak of are never touched.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from builder.forms.conditions import Tree, draw, fields_in, write

Form = dict[str, Any]


def rules_of(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every entry of the form's `allOf` as a rule, in order; `text` is the entry itself."""
    return [_rule(entry) for entry in form["schema"].get("allOf") or ()]


def _rule(entry: Any) -> dict[str, Any]:
    entry = entry if isinstance(entry, Mapping) else {}
    then = entry.get("then") or {}
    drawable = set(entry) <= {"if", "then", "title", "x-texts"} and isinstance(then, Mapping)
    asked = list(then.get("properties") or {})
    required = [name for name in then.get("required") or () if isinstance(name, str)]
    when = draw(entry.get("if")) if drawable else None
    return {"when": when, "ask": asked, "require": required, "text": entry}


def add_rule(form: Form, when: Tree) -> tuple[Form, int]:
    """A form with one more rule that asks nothing yet, and its place."""
    form = deepcopy(form)
    entries = form["schema"].setdefault("allOf", [])
    entries.append({"if": write(when), "then": {"properties": {}, "required": []}})
    return form, len(entries) - 1


def set_condition(form: Form, place: int, when: Tree) -> Form:
    """The rule at `place` with another condition; what it asks stays."""
    form = deepcopy(form)
    form["schema"]["allOf"][place]["if"] = write(when)
    return form


def ask(form: Form, place: int, names: Sequence[str], required: bool = True) -> Form:
    """The rule at `place` asks exactly `names`: fields come in from the plain form, the others go back to it."""
    form = deepcopy(form)
    schema = form["schema"]
    then = schema["allOf"][place].setdefault("then", {})
    here, base = then.setdefault("properties", {}), schema.setdefault("properties", {})
    for name in [name for name in here if name not in names]:
        base[name] = here.pop(name)
        _require(then, name, False)
    for name in names:
        if name not in here and name in base:
            here[name] = base.pop(name)
            _require(schema, name, False)
            _require(then, name, required)
    then["properties"] = {name: here[name] for name in names if name in here}
    return form


def remove_rule(form: Form, place: int) -> Form:
    """A form without the rule; what it asked becomes plain questions that are not required."""
    form = ask(form, place, [])
    entries = form["schema"]["allOf"]
    del entries[place]
    if not entries:
        del form["schema"]["allOf"]
    return form


def deciding(form: Mapping[str, Any]) -> frozenset[str]:
    """The fields that some rule's condition reads."""
    return frozenset(name for rule in rules_of(form) if rule["when"] for name in fields_in(rule["when"]))


def _require(schema: dict[str, Any], name: str, wanted: bool) -> None:
    required = [other for other in schema.get("required") or () if other != name]
    schema["required"] = [*required, name] if wanted else required
