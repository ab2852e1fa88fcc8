"""Between fields of a form and the expression language: types, and values from and to JSON."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.expressions.functions.texts import iso_duration
from runtime.expressions.kinds import ANY, BOOLEAN, DATE, DATETIME, DURATION, NUMBER, TEXT, Type
from runtime.expressions.values import finished

Schema = Mapping[str, Any]

PERSON = Type("text", fields={"id": TEXT, "name": TEXT, "department": TEXT})
"""A person's id, and what may be looked up in a person."""

ME = Type("object", fields={"id": TEXT, "name": TEXT, "department": TEXT})
SYSTEM_FIELDS: Mapping[str, Type] = {
    "id": TEXT,
    "owner": PERSON,
    "department": TEXT,
    "created_at": DATETIME,
    "updated_at": DATETIME,
    "created_by": PERSON,
    "updated_by": PERSON,
    "rev": NUMBER,
}
"""What every record has besides its form's fields."""

ALWAYS_SYSTEM = ("id", "owner", "department")
"""Names that mean the record itself even where a form has a field of that name: rights depend on them."""

COMMON_NAMES: Mapping[str, Type] = {"me": ME, "now": DATETIME, "today": DATE}
"""The names every expression may use."""

_BY_TYPE: Mapping[str, Type] = {"number": NUMBER, "integer": NUMBER, "boolean": BOOLEAN, "string": TEXT}
_BY_FORMAT: Mapping[str, Type] = {"date": DATE, "date-time": DATETIME, "duration": DURATION}
_DURATION = re.compile(r"(-?)P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9.]{1,20})S)?)?")


def type_of(schema: Any) -> Type:
    """The type of a field by its schema; `any` where the schema does not say, or is none."""
    if not isinstance(schema, Mapping):
        return ANY
    kind = _json_type(schema)
    if kind == "array":
        return Type("list", item=type_of(schema.get("items")))
    if kind == "object":
        inner = schema.get("properties")
        known = inner if isinstance(inner, Mapping) else {}
        return Type("object", fields={name: type_of(part) for name, part in known.items()} or None)
    if kind == "string":
        return _text_type(schema)
    return _BY_TYPE.get(kind, ANY)


def _text_type(schema: Schema) -> Type:
    reference = schema.get("x-ref")
    if isinstance(reference, Mapping):
        return PERSON if reference.get("person") else Type("text", fields={"id": TEXT})
    choices = [choice for choice in _choices(schema) if isinstance(choice, str)]
    if choices:
        return Type("text", choices=frozenset(choices))
    return _BY_FORMAT.get(str(schema.get("format")), TEXT)


def _choices(schema: Schema) -> list[Any]:
    listed = schema.get("enum")
    if isinstance(listed, list):
        return listed
    parts = schema.get("oneOf") or ()
    if all(isinstance(part, Mapping) and "const" in part for part in parts):
        return [part["const"] for part in parts]
    return []


def _json_type(schema: Schema) -> str:
    named = schema.get("type")
    if isinstance(named, list):
        named = next((one for one in named if one != "null"), None)
    if isinstance(named, str):
        return named
    return "string" if any(isinstance(choice, str) for choice in _choices(schema)) else ""


def record_scope(fields: Mapping[str, Schema]) -> Type:
    """The type of `record` for a form's fields by name."""
    own = {name: type_of(schema) for name, schema in fields.items()}
    always = {name: SYSTEM_FIELDS[name] for name in ALWAYS_SYSTEM}
    return Type("object", fields={**SYSTEM_FIELDS, **own, **always})


def value_of(schema: Schema, json: Any) -> Any:
    """The value of a field from its JSON; what does not fit the schema stays as it is, an error where it is used."""
    if json is None or isinstance(json, bool):
        return json
    if isinstance(json, int | Decimal):
        return Decimal(json)
    if isinstance(json, str):
        return _from_text(type_of(schema).kind, json)
    inner = schema.get("items") if isinstance(json, list) else schema.get("properties")
    known: Schema = inner if isinstance(inner, Mapping) else {}
    if isinstance(json, list):
        return [value_of(known, item) for item in json]
    return {name: value_of(known.get(name) or {}, part) for name, part in json.items()}


def _from_text(kind: str, text: str) -> Any:
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "datetime":
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return text
    return _duration(text) if kind == "duration" else text


def _duration(text: str) -> Any:
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return text
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:4])
    try:
        whole = timedelta(days=days, hours=hours, minutes=minutes, microseconds=_micros(found[5] or "0"))
    except (ArithmeticError, ValueError):
        return text
    return -whole if found[1] else whole


def _micros(seconds: str) -> int:
    return int((Decimal(seconds) * 1_000_000).to_integral_value())


def json_of(value: Any) -> Any:
    """A value as JSON: whole numbers as int, dates and datetimes (UTC, Z) and durations as ISO 8601 text."""
    return _json(finished(value))


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return iso_duration(value)
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _json(part) for name, part in value.items()}
    return value
