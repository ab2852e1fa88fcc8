"""A form's schema taken apart into blocks: what is asked always, and what each condition adds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from runtime.answers.conditions import Condition, compile_condition, negated, present, reads
from runtime.answers.schemas import Schema, is_annotation
from runtime.documents.subschemas import walk


@dataclass
class Block:
    """Questions that are asked together: when the block around them is asked and the condition holds."""

    parent: int
    condition: Condition | None = None
    reads: frozenset[str] = frozenset()
    declared: dict[str, list[Any]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    checks: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class _If:
    condition: Condition
    reads: frozenset[str]


def blocks_of(schema: Schema) -> list[Block]:
    """All blocks, each after the one around it; the first is what is asked always."""
    return _Reader(schema).blocks


def discriminators(alternatives: Any) -> tuple[str, ...]:
    """The names that tell alternatives apart: each alternative holds them to constants."""
    if not isinstance(alternatives, list) or not alternatives:
        return ()
    constant = [set(_constants(alternative)) for alternative in alternatives]
    shared = set.intersection(*constant)
    return tuple(name for name in _constants(alternatives[0]) if name in shared)


def _constants(alternative: Any) -> list[str]:
    properties = alternative.get("properties", {}) if isinstance(alternative, dict) else {}
    return [name for name, part in properties.items() if isinstance(part, dict) and ("const" in part or "enum" in part)]


def _must_choose(alternatives: list[Any], names: tuple[str, ...], keyword: str) -> bool:
    """Whether no answer can be right while it is open which alternative is meant: all refuse it, or two take it."""
    if all(set(names) <= set(alternative.get("required", ())) for alternative in alternatives):
        return True
    easy = [each for each in alternatives if all(key == "properties" or is_annotation(key) for key in each)]
    return keyword == "oneOf" and len(easy) > 1


class _Reader:
    def __init__(self, schema: Schema) -> None:
        self._everything = frozenset(name for _, part in walk(schema) for name in part.get("properties", {}))
        self.blocks = [Block(parent=-1)]
        self._read(schema, 0)

    def _read(self, schema: Any, index: int, told_apart_by: tuple[str, ...] = ()) -> None:
        if not isinstance(schema, dict):
            return
        block = self.blocks[index]
        for name, part in schema.get("properties", {}).items():
            if name not in told_apart_by:
                block.declared.setdefault(name, []).append({} if part is True else part)
        block.required += [name for name in schema.get("required", ()) if name not in block.required]
        block.checks += _listed(schema.get("x-check"))
        for part in schema.get("allOf", ()):
            self._read(part, index)
        self._read_if(schema, index)
        self._read_dependent(schema, index)
        for keyword in ("oneOf", "anyOf"):
            self._read_alternatives(schema.get(keyword, []), index, keyword)

    def _read_if(self, schema: Schema, index: int) -> None:
        if "if" not in schema or not ("then" in schema or "else" in schema):
            return
        condition, names = self._condition(schema["if"])
        self._branch(index, _If(condition, names), schema.get("then"))
        self._branch(index, _If(negated(condition), names), schema.get("else"))

    def _read_dependent(self, schema: Schema, index: int) -> None:
        for name, required in schema.get("dependentRequired", {}).items():
            self._branch(index, _If(present(name), frozenset({name})), {"required": required})
        for name, part in schema.get("dependentSchemas", {}).items():
            self._branch(index, _If(present(name), frozenset({name})), part)

    def _read_alternatives(self, alternatives: list[Any], index: int, keyword: str) -> None:
        names = discriminators(alternatives)
        if not names:  # a mere constraint: what the alternatives declare is asked, what they require is not
            for part in alternatives:
                self._read({"properties": part.get("properties", {})} if isinstance(part, dict) else part, index)
            return
        self._declare_discriminators(alternatives, names, index)
        if _must_choose(alternatives, names, keyword):
            self.blocks[index].required += [name for name in names if name not in self.blocks[index].required]
        for part in alternatives:
            asked = {"properties": {name: part["properties"][name] for name in names}, "required": list(names)}
            self._branch(index, _If(compile_condition(asked), frozenset(names)), part, names)

    def _declare_discriminators(self, alternatives: list[Any], names: Iterable[str], index: int) -> None:
        for name in names:
            if not any(name in self.blocks[at].declared for at in self._around(index)):
                self.blocks[index].declared[name] = [_choice(name, alternatives)]

    def _around(self, index: int) -> Iterable[int]:
        while index >= 0:
            yield index
            index = self.blocks[index].parent

    def _branch(self, index: int, condition: _If, part: Any, told_apart_by: tuple[str, ...] = ()) -> None:
        if isinstance(part, dict) and part:
            self.blocks.append(Block(index, condition.condition, condition.reads))
            self._read(part, len(self.blocks) - 1, told_apart_by)

    def _condition(self, schema: Any) -> tuple[Condition, frozenset[str]]:
        names = reads(schema)
        return compile_condition(schema), self._everything if names is None else names


def _choice(name: str, alternatives: list[Any]) -> Schema:
    """The question that alternatives are told apart by, where the form does not put it itself."""
    options: list[Schema] = []
    for alternative in alternatives:
        part = alternative["properties"][name]
        constants = part.get("enum", [part.get("const")])
        title = alternative.get("title") if len(constants) == 1 else None
        options += [{"const": constant, "title": title or str(constant)} for constant in constants]
    texts = all(isinstance(option["const"], str) for option in options)
    return {"type": "string", "oneOf": options} if texts else {"oneOf": options}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
