"""Which questions a form asks, given what was answered: the order, what is required, each question's schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime.answers.blocks import blocks_of
from runtime.answers.drawing import Drawing
from runtime.answers.schemas import Schema, is_annotation
from runtime.expressions import type_of, value_of

COMPUTED = ("x-formula", "x-lookup", "x-rollup", "x-autonumber")
"""Keywords of fields that nobody answers."""

_MAX_KEPT = 128


@dataclass(frozen=True)
class Field:
    """One question: its name, its schema as first declared, and its part of `ui`."""

    name: str
    schema: Schema
    ui: Mapping[str, Any]

    @cached_property
    def is_computed(self) -> bool:
        """Whether its value is worked out, never answered."""
        return any(keyword in self.schema for keyword in COMPUTED)

    @cached_property
    def keeps_hidden(self) -> bool:
        """Whether a value stays when the question is folded away."""
        return self.schema.get("x-keep-hidden") is True

    @cached_property
    def reference(self) -> Mapping[str, Any] | None:
        """Its `x-ref` or that of its items: the records or people that it points at."""
        items = self.schema.get("items")
        found = self.schema.get("x-ref") or (items.get("x-ref") if isinstance(items, dict) else None)
        return found if isinstance(found, dict) else None

    @cached_property
    def holds_files(self) -> bool:
        """Whether its values are files."""
        return "x-file" in self.schema

    @cached_property
    def _is_plain_text(self) -> bool:
        return type_of(self.schema).kind == "text"

    def value(self, json: Any) -> Any:
        """The value an expression works on."""
        return json if self._is_plain_text and isinstance(json, str) else value_of(self.schema, json)


@dataclass(frozen=True)
class Unfolded:
    """What is asked now: names as drawn, those that must be answered, and every asked name's schema as it now is."""

    order: tuple[str, ...]
    required: frozenset[str]
    schemas: Mapping[str, Schema]
    asked: frozenset[str]
    checks: tuple[tuple[str, Any], ...] = ()
    """`x-check` rules in force: the field's name ("" for the form's own) and the rule as written."""


class Unfolding:
    """The conditions of one form, compiled once."""

    def __init__(self, schema: Schema, ui: Mapping[str, Any]) -> None:
        self._blocks = blocks_of(schema)
        self._drawing = Drawing(self._blocks, ui)
        self.fields = self._declare(ui)
        computed = {name for name, each in self.fields.items() if each.is_computed}
        for block in self._blocks:
            block.required = [name for name in block.required if name not in computed]
        self.deciding = frozenset(name for block in self._blocks for name in block.reads if name in self.fields)
        self._kept: dict[tuple[bool, ...], Unfolded] = {}

    def checks(self) -> list[tuple[str, Any]]:
        """Every `x-check` of the form, whether in force or not."""
        declared = [
            (name, part.get("x-check"))
            for block in self._blocks
            for name, parts in block.declared.items()
            for part in parts
            if isinstance(part, dict)
        ]
        return _rules(declared) + [("", check) for block in self._blocks for check in block.checks]

    def _declare(self, ui: Mapping[str, Any]) -> dict[str, Field]:
        first: dict[str, Schema] = {}
        for block in self._blocks:
            for name, parts in block.declared.items():
                for part in parts:
                    # A branch may speak of a field (only a title, or false) before the one that says its type.
                    if isinstance(part, dict) and ("type" not in first.get(name, {})):
                        first[name] = {**part, **first.get(name, {})}
        order = self._drawing.order(first)
        return {name: Field(name, first[name], _part_of(ui, name)) for name in order}

    def unfold(self, answers: Mapping[str, Any]) -> Unfolded:
        """What is asked; the answers to questions that are not asked decide nothing."""
        given = {name: value for name, value in answers.items() if name in self.fields and not is_empty(value)}
        visible = given
        for _ in range(len(self._blocks) + 2):
            unfolded = self._unfolded(visible)
            still = {name: value for name, value in given.items() if name in unfolded.asked}
            if still.keys() == visible.keys():
                return unfolded
            visible = still
        return self._shrunk(visible)

    def _shrunk(self, visible: dict[str, Any]) -> Unfolded:
        """Conditions that go round in a circle: answers are only taken away until nothing changes."""
        while True:
            unfolded = self._unfolded(visible)
            still = {name: value for name, value in visible.items() if name in unfolded.asked}
            if len(still) == len(visible):
                return unfolded
            visible = still

    def _unfolded(self, visible: Mapping[str, Any]) -> Unfolded:
        active: list[bool] = []
        for block in self._blocks:
            around = block.parent < 0 or active[block.parent]
            active.append(around and (block.condition is None or block.condition(visible)))
        key = tuple(active)
        unfolded = self._kept.get(key)
        if unfolded is None:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            unfolded = self._kept[key] = self._put_together(key)
        return unfolded

    def _put_together(self, active: Sequence[bool]) -> Unfolded:
        blocks = [block for block, is_active in zip(self._blocks, active, strict=True) if is_active]
        parts: dict[str, list[Any]] = {}
        for block in blocks:
            for name, declared in block.declared.items():
                parts.setdefault(name, []).extend(declared)
        required = {name for block in blocks for name in block.required if name in self.fields}
        for name in required:
            parts.setdefault(name, [self.fields[name].schema])
        asked = frozenset(name for name, each in parts.items() if False not in each and name in self.fields)
        order = self._drawing.order(asked, active)
        checks = _rules((name, part.get("x-check")) for name in order for part in parts[name] if isinstance(part, dict))
        checks += [("", check) for block in blocks for check in block.checks]
        schemas = {name: self._effective(name, parts[name]) for name in order}
        return Unfolded(order, frozenset(required & asked), schemas, asked, tuple(checks))

    def _effective(self, name: str, parts: Sequence[Any]) -> Schema:
        if len(parts) == 1 and "type" in parts[0]:
            return parts[0]  # type: ignore[no-any-return]
        schema: Schema = {}
        for part in parts:
            schema = tightened(schema, part) if isinstance(part, dict) else schema
        return schema if "type" in schema else {**self.fields[name].schema, **schema}


def is_empty(value: Any) -> bool:
    """Whether nothing was answered; no and 0 are answers."""
    return value is None or value == "" or value == []


def _rules(checks: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """One rule a row; a field may have several."""
    return [(name, rule) for name, rules in checks if rules for rule in (rules if isinstance(rules, list) else [rules])]


def _part_of(ui: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = ui.get(name)
    return part if isinstance(part, dict) else {}


_LARGER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_SMALLER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def tightened(schema: Schema, part: Schema) -> Schema:
    """Both schemas as one, for showing: the narrower limits, the options in both, the later texts."""
    result = {**schema, **part}
    for key in schema.keys() & part.keys():
        if key in _LARGER:
            result[key] = max(schema[key], part[key])
        elif key in _SMALLER:
            result[key] = min(schema[key], part[key])
        elif key == "enum":
            result[key] = [each for each in schema[key] if each in part[key]]
        elif not is_annotation(key) and schema[key] != part[key]:
            result[key] = part[key]
    return _narrowed(result, part) if "oneOf" in schema else result


def _narrowed(schema: Schema, part: Schema) -> Schema:
    """A choice whose options a branch narrows by `enum` or `const`."""
    allowed = part.get("enum", [part["const"]] if "const" in part else None)
    options = schema["oneOf"]
    is_choice = all(isinstance(option, dict) and "const" in option for option in options)
    if allowed is None or "oneOf" in part or not is_choice:
        return schema
    return {**schema, "oneOf": [option for option in options if option["const"] in allowed]}
