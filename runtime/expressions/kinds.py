"""The types a check of an expression works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Type:
    """The kind of a value (see `values.KINDS`; `any` where nothing is known).

    `fields` says what can be looked up in it: None when that is not known. A person or link is a text, its id, that
    may have fields as well. `item` is the type of a list's items. `choices` are the only texts it can be.
    """

    kind: str
    fields: Mapping[str, "Type"] | None = None
    item: "Type | None" = None
    choices: frozenset[str] | None = None


Scope: TypeAlias = Mapping[str, Type]
"""The type behind each name an expression may use."""

ANY = Type("any")
NULL = Type("null")
BOOLEAN = Type("boolean")
NUMBER = Type("number")
TEXT = Type("text")
DATE = Type("date")
DATETIME = Type("datetime")
DURATION = Type("duration")


def joined(types: Iterable[Type]) -> Type:
    """The type of a value that may be of any of these: their one kind, else `any`."""
    known = [one for one in types if one.kind != "null"]
    if not known:
        return NULL
    if all(one == known[0] for one in known):
        return known[0]
    if any(one.kind != known[0].kind for one in known):
        return ANY
    if known[0].kind == "list":
        return Type("list", item=joined(one.item or ANY for one in known))
    return Type(known[0].kind)
