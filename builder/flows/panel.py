"""The panel of a node: its config schema as a form of ours, its config as answers to it, and back.

`x-value` says what a config value is (expression, text, path, json, form, field, people, connection) and so which
control asks it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.calendars import habits
from runtime.expressions import draw, write
from runtime.flows.picture import literals
from runtime.i18n import text_in

Schema = Mapping[str, Any]
Answers = dict[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What a panel offers: the app's forms, the fields of the chosen one, names to read, people to choose."""

    forms: list[dict[str, Any]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    people: Mapping[str, Any] = field(default_factory=dict)
    connections: Sequence[Mapping[str, str]] = ()
    lang: str = "zh-CN"
    moments: Sequence[str] = ()
    """When a plan is due next, in words."""


@dataclass(frozen=True)
class Part:
    """How one config value is asked: its schema and look, and the way of its value there and back."""

    schema: Mapping[str, Any]
    ui: Mapping[str, Any]
    shown: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


def panel(config_schema: Schema, around: Surroundings) -> dict[str, Any]:
    """A form/1 document that asks for a node's config."""
    parts = parts_of(config_schema, around)
    required = [name for name in config_schema.get("required") or () if name in parts]
    return {
        "format": "form/1",
        "key": "panel",
        "title": "",
        "schema": {
            "type": "object",
            "properties": {name: part.schema for name, part in parts.items()},
            "required": required,
        },
        "ui": {name: dict(part.ui) for name, part in parts.items() if part.ui},
    }


def answers_of(config: Mapping[str, Any], config_schema: Schema, around: Surroundings) -> Answers:
    """A node's config as answers to its panel."""
    parts = parts_of(config_schema, around)
    return {name: parts[name].shown(value) for name, value in config.items() if name in parts}


def config_of(
    answers: Mapping[str, Any], config_schema: Schema, around: Surroundings, before: Mapping[str, Any]
) -> dict[str, Any]:
    """The config that the panel's answers mean; keys the panel does not ask for are kept from `before`."""
    parts = parts_of(config_schema, around)
    kept = {name: value for name, value in before.items() if name not in parts}
    given = {name: parts[name].read(value) for name, value in answers.items() if name in parts}
    return kept | {name: value for name, value in given.items() if value not in (None, "", [], {})}


def parts_of(config_schema: Schema, around: Surroundings) -> dict[str, Part]:
    """Every property of a config schema as a part of its panel."""
    properties: Mapping[str, Schema] = config_schema.get("properties") or {}
    return {name: _part(schema, around) for name, schema in properties.items()}


def _part(schema: Schema, around: Surroundings) -> Part:
    kind = schema.get("x-value")
    if schema.get("x-widget") == "time":
        return Part(schema, {"ui:widget": "clock_time"})
    if kind == "expression":
        return _condition(schema, around) if schema.get("x-type") == "boolean" else _expression(schema, around)
    ask = _BY_VALUE.get(str(kind))
    if ask:
        return ask(schema, around)
    inner = schema.get("items") or {}
    if schema.get("type") == "array" and inner.get("x-value") == "field":
        return Part(_said(schema) | {"type": "array", "uniqueItems": True, "items": _listed(around.fields, "name")}, {})
    if schema.get("type") == "array" and inner.get("type") == "object":
        return _rows(schema, inner, around, None)
    if schema.get("type") == "object" and "properties" in schema:
        return _single(_rows(schema, schema, around, 1))
    if schema.get("type") == "object":
        return _assignments(schema, around)
    return Part(schema, {})


def _condition(schema: Schema, around: Surroundings) -> Part:
    options = {"fields": around.names}
    return Part(_said(schema), {"ui:widget": "condition", "ui:options": options}, _drawn, _written)


def _drawn(source: str) -> dict[str, Any]:
    tree = draw(source)
    return {"text": source} if tree is None else {"tree": tree}


def _written(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return write(value["tree"]) if "tree" in value else str(value.get("text") or "")


def _expression(schema: Schema, around: Surroundings) -> Part:
    ui = {"ui:widget": "expression", "ui:options": {"fields": around.names}}
    return Part(_said(schema), ui, _as_text, _from_text)


def _text(schema: Schema, around: Surroundings) -> Part:
    options = {"fields": around.names, "long": schema.get("x-widget") == "textarea"}
    return Part(_said(schema), {"ui:widget": "template_text", "ui:options": options}, _as_text, _from_text)


def _as_text(value: Any) -> dict[str, Any]:
    return {"text": str(value)}


def _from_text(value: Any) -> str:
    return str(value.get("text") or "") if isinstance(value, Mapping) else str(value)


def _form(schema: Schema, around: Surroundings) -> Part:
    return Part(_said(schema) | _listed(around.forms, "key"), {"ui:widget": "select"})


def _field(schema: Schema, around: Surroundings) -> Part:
    dates = schema.get("x-type") == "datetime"
    fields = [field for field in around.fields if not dates or field["kind"] in ("date", "datetime")]
    return Part(_said(schema) | _listed(fields, "name"), {"ui:widget": "select"})


def _plan(schema: Schema, around: Surroundings) -> Part:
    ui = {"ui:widget": "plan", "ui:options": {"next": list(around.moments)}}
    return Part(_said(schema), ui, habits.shape_of, _from_shape)


def _from_shape(value: Any) -> Any:
    return habits.plan_from(value) if isinstance(value, Mapping) else value


def _connection(schema: Schema, around: Surroundings) -> Part:
    return Part(_said(schema) | _listed(around.connections, "key"), {"ui:widget": "select"})


def _people(schema: Schema, around: Surroundings) -> Part:
    return Part(_said(schema), {"ui:widget": "people", "ui:options": dict(around.people)})


_BY_VALUE: Mapping[str, Callable[[Schema, Surroundings], Part]] = {
    "text": _text, "path": _text, "json": _text, "form": _form, "field": _field, "people": _people,
    "connection": _connection, "plan": _plan,
}  # fmt: skip


def _assignments(schema: Schema, around: Surroundings) -> Part:
    free = "propertyNames" in schema
    options = {"targets": [] if free else around.fields, "fields": around.names, "free": free}
    return Part(
        _said(schema),
        {"ui:widget": "assignments", "ui:options": options},
        lambda config: {name: literals.read(str(source)) for name, source in config.items()},
        lambda value: {name: literals.write(given) for name, given in value.items()},
    )


def _rows(schema: Schema, row: Schema, around: Surroundings, most: int | None) -> Part:
    columns = [_column(name, column, around) for name, column in row["properties"].items()]
    options = {"columns": columns, "fields": around.names, "most": most or schema.get("maxItems")}
    ways = {column["name"]: column["kind"] for column in columns}
    return Part(
        _said(schema),
        {"ui:widget": "rows", "ui:options": options},
        lambda rows: [{name: _cell(ways.get(name), value) for name, value in one.items()} for one in rows],
        lambda rows: [{name: _uncell(ways.get(name), value) for name, value in one.items()} for one in rows],
    )


def _cell(way: str | None, value: Any) -> Any:
    if way == "formula":
        return literals.read(str(value))
    return _drawn(str(value)) if way == "condition" else value


def _uncell(way: str | None, value: Any) -> Any:
    if way == "formula":
        return literals.write(value)
    return _written(value) if way == "condition" else value


def _single(rows: Part) -> Part:
    """One object asked as a list of at most one row."""

    def first(value: Any) -> Any:
        return (rows.read(value) or [None])[0]

    return Part(rows.schema, rows.ui, lambda value: rows.shown([value]), first)


def _column(name: str, schema: Schema, around: Surroundings) -> dict[str, Any]:
    title = text_in(around.lang, schema, "title") or name
    return {"name": name, "title": title, **_cell_of(schema, around)}


def _cell_of(schema: Schema, around: Surroundings) -> dict[str, Any]:
    if schema.get("x-value") == "field":
        return {"kind": "field", "targets": around.fields}
    if schema.get("x-value") == "expression":
        return {"kind": "condition" if schema.get("x-type") == "boolean" else "formula"}
    if "oneOf" in schema:
        return {
            "kind": "choice",
            "choices": [
                {"const": one["const"], "title": text_in(around.lang, one, "title")} for one in schema["oneOf"]
            ],
        }
    return {"kind": "text" if schema.get("type") == "string" else "value"}


def _said(schema: Schema) -> dict[str, Any]:
    return {name: schema[name] for name in ("title", "description", "x-texts") if name in schema}


def _listed(things: Sequence[Mapping[str, Any]], identity: str) -> dict[str, Any]:
    return {"type": "string", "oneOf": [{"const": one[identity], "title": one["title"]} for one in things]}
