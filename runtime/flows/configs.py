"""What is wrong with a node's config: its shape, and each value by what its schema says it is."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from runtime.calendars.plans import BadPlan, plan_of
from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.compiling import expression_problems, text_problems
from runtime.documents.kinds import shape_problems, value_problems
from runtime.documents.naming import Names, field_problem, form_problem
from runtime.expressions import BOOLEAN, COMMON_NAMES, DATE, DATETIME, NUMBER, TEXT, Scope, Type, type_of
from runtime.flows.texts import may_become_json
from runtime.i18n import message

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[Type, ...]] = {
    "boolean": (BOOLEAN,),
    "datetime": (DATETIME, DATE),
    "date": (DATE,),
    "number": (NUMBER,),
    "text": (TEXT,),
}
"""By `x-type`; a date stands for its midnight."""


@dataclass(frozen=True)
class Place:
    """Where a value stands: names known there, the form whose record the flow is about, and that of the node."""

    names: Names
    scope: Scope
    own: str | None
    form: str | None
    roles: Collection[str] | None = None
    wanted: tuple[Type, ...] = ()


def config_problems(schema: Schema, config: Mapping[str, Any], place: Place) -> list[Problem]:
    """All problems of a config, pointers into it."""
    texts = config.get("x-texts")
    written = {key: part for key, part in config.items() if key != "x-texts"}
    problems = value_problems(schema, written)
    if problems:
        return problems
    problems = list(_walk(schema, written, "", place))
    for lang, translated in (texts if isinstance(texts, dict) else {}).items():
        known = {key: part for key, part in schema.get("properties", {}).items() if part.get("x-value") == "text"}
        problems += _walk({"properties": known}, translated, pointer("x-texts", lang), place)
    return problems


def _walk(schema: Schema, value: Any, at: str, place: Place) -> Iterator[Problem]:
    if schema.get("x-names") == "clock":
        place = replace(place, scope=COMMON_NAMES)
    checker = _CHECKERS.get(schema.get("x-value", ""))
    if checker is not None:
        wanted = _TYPES.get(schema.get("x-type", ""), place.wanted)
        yield from checker(value, at, replace(place, wanted=wanted))
    elif isinstance(value, dict):
        yield from _object(schema, value, at, place)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _walk(schema.get("items") or {}, part, f"{at}/{index}", place)


def _object(schema: Schema, value: Mapping[str, Any], at: str, place: Place) -> Iterator[Problem]:
    known, other = schema.get("properties") or {}, schema.get("additionalProperties")
    rest = other if isinstance(other, dict) else {}
    for key, part in value.items():
        if schema.get("x-keys") == "field" and place.form is not None:
            yield from _written_field(key, part, rest, at + pointer(key), place)
        else:
            yield from _walk(known.get(key, rest), part, at + pointer(key), place)


def _written_field(name: str, value: Any, schema: Schema, at: str, place: Place) -> Iterator[Problem]:
    field = place.names.written(place.form).get(name)
    if field is None:
        yield field_problem(at, name)
    elif "x-formula" in field:
        yield Problem(at, "readOnly", message("“%(name)s” is calculated and cannot be set.", name=name))
    else:
        yield from _walk(schema, value, at, replace(place, wanted=(type_of(field),)))


def _expression(value: Any, at: str, place: Place) -> list[Problem]:
    return expression_problems(at, value, place.scope, *place.wanted)


def _text(value: Any, at: str, place: Place) -> list[Problem]:
    return text_problems(at, value, place.scope)


def _json(value: Any, at: str, place: Place) -> list[Problem]:
    problems = text_problems(at, value, place.scope)
    if problems or may_become_json(value):
        return problems
    return [Problem(at, "json", message("This is not valid JSON. Texts stand in quotation marks."))]


def _form(value: Any, at: str, place: Place) -> list[Problem]:
    return [] if value in place.names.forms else [form_problem(at, value)]


def _field(value: Any, at: str, place: Place) -> list[Problem]:
    fields = place.names.of(place.form)
    field = fields.get(value) or fields.get(str(value).removeprefix("-"))
    if place.form is None or field is None:
        return [] if place.form is None else [field_problem(at, value)]
    if place.wanted and type_of(field) not in place.wanted:
        return [Problem(at, "type", message("This needs a field with a date."))]
    return []


def _plan(value: Any, at: str, place: Place) -> list[Problem]:
    try:
        plan_of(value, "UTC")
    except BadPlan:
        why = message("This is no time that comes again: five cron fields, or a length of time from a minute on.")
        return [Problem(at, "plan", why)]
    return []


def _timezone(value: Any, at: str, place: Place) -> list[Problem]:
    if value in available_timezones():
        return []
    return [Problem(at, "timezone", message("There is no time zone “%(name)s”.", name=str(value)[:50]))]


def _people(value: Any, at: str, place: Place) -> list[Problem]:
    problems = shape_problems("people", value, at)
    if problems:
        return problems
    for index, person in enumerate(value):
        problems += _person(person, f"{at}/{index}", place)
    return problems


def _person(person: Mapping[str, Any], at: str, place: Place) -> Iterator[Problem]:
    for key in ("in", "manager_of"):
        yield from expression_problems(at + pointer(key), person.get(key), place.scope, TEXT)
    if place.roles is not None and person.get("role", "admin") not in {*place.roles, "admin"}:
        yield Problem(at + "/role", "role", message("There is no role “%(name)s”.", name=person["role"]))
    if "field" in person and place.own is not None:
        field = place.names.of(place.own).get(person["field"])
        if field is None:
            yield field_problem(at + "/field", person["field"])
        elif not (field.get("x-ref") or {}).get("person"):
            yield Problem(at + "/field", "type", message("This needs a field with a person."))
    if "else" in person:
        yield from _people(person["else"], at + "/else", place)


_CHECKERS: Mapping[str, Callable[[Any, str, Place], list[Problem]]] = {
    "expression": _expression,
    "text": _text,
    "path": _text,
    "json": _json,
    "form": _form,
    "field": _field,
    "people": _people,
    "plan": _plan,
    "timezone": _timezone,
}
