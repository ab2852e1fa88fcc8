"""A form document, compiled once per release: its questions, conditions, computed fields and rules."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from runtime.answers.compute import Computing
from runtime.answers.formats import Normalize, normalizer
from runtime.answers.rules import Rules
from runtime.answers.schemas import Schema, prepared
from runtime.answers.visibility import Field, Unfolded, Unfolding
from runtime.documents.fields import label_field


class Form:
    """What a form asks and what it makes of answers; immutable, shared between requests."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.key = str(document.get("key", ""))
        self.title = str(document.get("title", ""))
        self.label = label_field(document)
        self._schema = prepared(document.get("schema"))
        ui = document.get("ui")
        self._unfolding = Unfolding(self._schema, ui if isinstance(ui, dict) else {})
        self.fields: dict[str, Field] = self._unfolding.fields
        self.deciding = self._unfolding.deciding
        self.normalizers: dict[str, Normalize] = {
            name: normalize for name, field in self.fields.items() if (normalize := normalizer(field.schema))
        }
        self.computing = Computing(self.fields, self.normalizers, self._unfolding.checks(), self.deciding)

    @cached_property
    def linking(self) -> tuple[Field, ...]:
        """The fields that point at something: records, people or files."""
        return tuple(field for field in self.fields.values() if field.holds_files or field.reference is not None)

    @cached_property
    def unique(self) -> tuple[str, ...]:
        """The fields whose value only one record holds."""
        return tuple(name for name, field in self.fields.items() if field.schema.get("x-unique"))

    @cached_property
    def many(self) -> tuple[str, ...]:
        """The fields that hold several plain values."""
        lists = ((name, field) for name, field in self.fields.items() if field.schema.get("type") == "array")
        return tuple(name for name, field in lists if not field.holds_files)

    @property
    def reads(self) -> frozenset[tuple[str, ...]]:
        """Every path its expressions look up, such as `("linked", "customer", "grade")`: what to fetch beforehand."""
        return self.computing.reads

    @cached_property
    def rules(self) -> Rules:
        """What the schema asks of the answers to the questions that are asked."""
        return Rules(_plain(self._schema, {name for name, field in self.fields.items() if field.is_computed}))

    def unfold(self, data: Mapping[str, Any]) -> Unfolded:
        """What is asked when this was answered; answers to questions that are not asked decide nothing."""
        return self._unfolding.unfold(data)


def compile_form(form_document: Mapping[str, Any]) -> Form:
    """The form, ready to unfold and read answers; raises FormError (a Refused) for one that cannot work."""
    form = Form(form_document)
    form.rules.accept({})  # built now, once, not when the first answers come
    return form


def _plain(schema: Any, computed: set[str]) -> Schema:
    """The schema for validators: nobody can be asked to answer computed fields, or told off for unfolded ones."""
    if not isinstance(schema, dict):
        return schema  # type: ignore[no-any-return]
    plain = dict(schema)
    if "required" in plain:
        plain["required"] = [name for name in plain["required"] if name not in computed]
    if plain.get("additionalProperties") is False:
        del plain["additionalProperties"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in plain:
            plain[keyword] = [_plain(part, computed) for part in plain[keyword]]
    for keyword in ("then", "else"):
        if keyword in plain:
            plain[keyword] = _plain(plain[keyword], computed)
    if "dependentSchemas" in plain:
        plain["dependentSchemas"] = {name: _plain(part, computed) for name, part in plain["dependentSchemas"].items()}
    return plain
