"""What becomes of a field from one version of its form to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runtime.documents.subschemas import Schema
from runtime.i18n import Message, message

RESTORED = "x-restored"
"""Said of a form or field that takes up a retired name on purpose, with the data stored under it."""

_LIMITS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "x-check",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One change that stored records feel; `refused` where it must not be published.

    `change` is one of: form added, form removed, form reused, added, removed, reused, restored, type, required,
    choices, limits, unique, formula. `pointer` leads into the new app; for a form that was removed into the old one.
    """

    pointer: str
    change: str
    form: str
    field: str | None
    message: Message
    refused: bool = False


def new_field(field: Schema, retired: Schema | None, form: str, name: str, at: str) -> Iterator[Difference]:
    """What a field means that was not there before; one under a retired name is refused until it is restored."""
    if retired is None:
        yield Difference(at, "added", form, name, message("The field “%(field)s” is new.", field=name))
    elif field.get(RESTORED) is not True:
        why = message("A field “%(field)s” was there before: restore it, or take another name.", field=name)
        yield Difference(at, "reused", form, name, why, refused=True)
    else:
        why = message("The field “%(field)s” is back, with what is stored in it.", field=name)
        yield Difference(at, "restored", form, name, why)
        yield from field_differences(retired, field, form, name, at)


def field_differences(old: Schema, new: Schema, form: str, name: str, at: str) -> Iterator[Difference]:
    """What stored values feel of a field's new schema."""
    if _kind(old) not in (_kind(new), _narrowed(_kind(new))):
        why = message("The type of “%(field)s” cannot change: make a new field instead.", field=name)
        yield Difference(at, "type", form, name, why, refused=True)
        return
    yield from _fewer_choices(_choices(old), _choices(new), form, name, at)
    if any(old.get(limit) != new.get(limit) for limit in _LIMITS if limit in new):
        why = message("“%(field)s” has other limits; records beyond them become incomplete.", field=name)
        yield Difference(at, "limits", form, name, why)
    if new.get("x-unique") and not old.get("x-unique"):
        why = message("“%(field)s” must differ from now on; records that are alike in it already stay.", field=name)
        yield Difference(at, "unique", form, name, why)
    if old.get("x-formula") != new.get("x-formula"):
        why = message("“%(field)s” is calculated in another way, in the records that are there too.", field=name)
        yield Difference(at, "formula", form, name, why)


def _fewer_choices(old: list[Any], new: list[Any], form: str, name: str, at: str) -> Iterator[Difference]:
    if new and not old:
        why = message("“%(field)s” allows a few values only now.", field=name)
        yield Difference(at, "choices", form, name, why)
    gone = [str(choice) for choice in old if new and choice not in new]
    if gone:
        why = message("“%(field)s” no longer allows: %(gone)s.", field=name, gone=", ".join(gone))
        yield Difference(at, "choices", form, name, why)


def _narrowed(kind: tuple[Any, ...]) -> tuple[Any, ...]:
    """What may become `kind`: every whole number is a number."""
    return ("integer" if kind[0] == "number" else kind[0], *kind[1:])


def _kind(field: Schema) -> tuple[Any, ...]:
    """What decides how a value is stored and read."""
    named = field.get("type")
    types = [one for one in named if one != "null"] if isinstance(named, list) else [named]
    reference = field.get("x-ref")
    about = tuple(reference.get(key) for key in ("form", "app", "person")) if isinstance(reference, dict) else ()
    items = field.get("items")
    inner = _kind(items) if isinstance(items, dict) and "x-file" not in field else ()
    return (types[0] if len(types) == 1 else tuple(types), field.get("format"), about, "x-file" in field, inner)


def _choices(field: Schema) -> list[Any]:
    items = field.get("items")
    if field.get("type") == "array" and isinstance(items, dict):
        return _choices(items)
    if isinstance(field.get("enum"), list):
        return list(field["enum"])
    parts = field.get("oneOf")
    named = parts if isinstance(parts, list) else []
    return [part["const"] for part in named if isinstance(part, dict) and "const" in part]
