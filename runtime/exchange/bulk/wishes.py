"""What is to happen to many records, and to which of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from runtime.answers import Form
from runtime.contracts import BadRequest, as_id
from runtime.i18n import message

MOST = 10_000
"""Records that one act changes at most."""

MOST_CHOSEN = 1_000
"""Records that are chosen one by one at most."""

OWNER = "owner"
_ASIDE = ("x-check", "x-default", "x-options-from", "x-unique")
"""What a question says about other questions, which are not asked here."""

Act = Literal["update", "delete"]


@dataclass(frozen=True)
class Chosen:
    """Which records: some by id, or (no ids) all that a filter takes."""

    ids: tuple[str, ...] = ()
    filter: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the work."""
        return {"ids": list(self.ids), "filter": self.filter}


@dataclass(frozen=True)
class Wish:
    """What shall become of each: `answers` as a merge patch, another owner, or nothing more of it."""

    act: Act
    answers: Mapping[str, Any]
    owner: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the work."""
        return {"act": self.act, "answers": dict(self.answers), "owner": self.owner}


def chosen_of(ids: Iterable[str], everything: bool, filter: Mapping[str, Any] | None) -> Chosen:
    """What a page chose; raises BadRequest for nothing, or too much."""
    if everything:
        return Chosen((), filter)
    known = tuple(sorted({id for one in ids if (id := as_id(one))}))
    if not 1 <= len(known) <= MOST_CHOSEN:
        raise BadRequest(message("Choose the records first."))
    return Chosen(known)


def askable(form: Form, writable: Iterable[str]) -> list[str]:
    """The fields that can be given to many records at once, of those one may write; the owner is one of them."""
    may = frozenset(writable)
    asked = [name for name, field in form.fields.items() if name in may and not field.is_computed]
    plain = [name for name in asked if "x-file" not in form.fields[name].schema]
    return [*plain, OWNER] if OWNER in may and OWNER not in plain else plain


def questions(form: Form, names: Sequence[str], owner_title: str) -> dict[str, Any]:
    """A form/1 that asks for these fields alone, each by itself; an empty answer empties the field."""
    properties = {name: _alone(form.fields[name].schema) for name in names if name in form.fields}
    if OWNER in names and OWNER not in form.fields:
        properties[OWNER] = {"type": "string", "title": owner_title, "x-ref": {"person": True}}
    ui = {name: form.fields[name].ui for name in properties if name in form.fields and form.fields[name].ui}
    schema = {"type": "object", "properties": properties}
    definitions = (form.document.get("schema") or {}).get("$defs")
    schema |= {"$defs": definitions} if definitions else {}
    return {"format": "form/1", "key": "many", "title": "many", "schema": schema, "ui": ui}


def _alone(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in _ASIDE}


def wish_of(act: str, answers: Mapping[str, Any]) -> Wish:
    """What a page asks for; raises BadRequest for an act that there is not, or for nothing."""
    owner = answers.get(OWNER)
    rest = {name: value for name, value in answers.items() if name != OWNER}
    if act == "delete":
        return Wish("delete", {})
    if act != "update" or not (rest or owner):
        raise BadRequest(message("Choose what to change."))
    return Wish("update", rest, str(owner) if owner else None)
