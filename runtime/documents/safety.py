"""What makes a form's schema dangerous or endless to evaluate, refused before it is saved."""

from collections.abc import Iterator, Mapping
from itertools import islice

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.patterns import PatternError, compile_pattern
from runtime.documents.subschemas import Schema, inside, target, walk
from runtime.i18n import message

MAX_SCHEMAS = 10_000
MAX_REFERENCES = 32
_OUTSIDE = ("$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "$anchor", "$vocabulary")

Names = frozenset[str]
Sizes = Mapping[str, int]


def safety_problems(root: Schema) -> list[Problem]:
    """All that is dangerous in a form's schema; pointers are into that schema. Takes time linear in its size."""
    if sum(1 for _ in islice(inside(root), MAX_SCHEMAS + 1)) > MAX_SCHEMAS:
        return [_too_much()]
    endless, sizes = _definitions(root)
    problems = [problem for where, schema in walk(root) for problem in _problems_of(root, endless, where, schema)]
    used = {key: part for key, part in root.items() if key not in ("$defs", "definitions")}
    if not problems and _size(used, sizes) > MAX_SCHEMAS:
        problems.append(_too_much())
    return problems


def _too_much() -> Problem:
    why = message("Written out in full, this is more than %(limit)s rules.", limit=MAX_SCHEMAS)
    return Problem("", "expanded", why)


def _problems_of(root: Schema, endless: Names, where: str, schema: Schema) -> Iterator[Problem]:
    if "$ref" in schema:
        yield from _reference_problems(root, endless, where, schema["$ref"])
    for keyword in _OUTSIDE:
        if keyword in schema:
            yield Problem(where + pointer(keyword), keyword, message("“%(key)s” is not supported.", key=keyword))
    if where:
        yield from _inner_problems(where, schema)
    if "patternProperties" in schema:
        why = message("“%(key)s” is not supported: a field's name is its identity.", key="patternProperties")
        yield Problem(where + pointer("patternProperties"), "patternProperties", why)
    if isinstance(schema.get("pattern"), str):
        yield from _pattern_problems(where, schema["pattern"])


def _inner_problems(where: str, schema: Schema) -> Iterator[Problem]:
    # Each nesting of the `unevaluated` keywords doubles the work, and an inner `$id` moves what `$ref` means.
    for keyword in ("$id", "$schema", "unevaluatedProperties", "unevaluatedItems"):
        if keyword in schema:
            why = message("“%(key)s” may stand at the top of the schema only.", key=keyword)
            yield Problem(where + pointer(keyword), keyword, why)


def _reference_problems(root: Schema, endless: Names, where: str, ref: object) -> Iterator[Problem]:
    at = where + pointer("$ref")
    if target(root, ref) is None:
        why = message("A reference may name a definition of this form only, as in #/$defs/NAME.")
        yield Problem(at, "$ref", why)
    elif ref in endless:
        why = message("This leads back to itself, or through more than %(limit)s references.", limit=MAX_REFERENCES)
        yield Problem(at, "$ref", why)


def _pattern_problems(where: str, source: str) -> Iterator[Problem]:
    try:
        compile_pattern(source)
    except PatternError as broken:
        why = message("This pattern cannot be used: %(reason)s.", reason=str(broken))
        yield Problem(where + pointer("pattern"), "pattern", why)


def _definitions(root: Schema) -> tuple[Names, Sizes]:
    """The references that do not end within MAX_REFERENCES others, and how much the rest is when written out."""
    waiting = {
        f"#/{keyword}{pointer(name)}": part
        for keyword in ("$defs", "definitions")
        if isinstance(root.get(keyword), dict)
        for name, part in root[keyword].items()
        if isinstance(part, dict)
    }
    reads = {ref: set(_references(part)) & waiting.keys() for ref, part in waiting.items()}
    sizes: dict[str, int] = {}
    for _ in range(MAX_REFERENCES):
        ready = [ref for ref in waiting if ref not in sizes and reads[ref] <= sizes.keys()]
        sizes |= {ref: _size(waiting[ref], sizes) for ref in ready}
    return frozenset(waiting.keys() - sizes.keys()), sizes


def _size(schema: Schema, sizes: Sizes) -> int:
    """How many schemas evaluation meets when every reference is followed."""
    return sum(1 for _ in inside(schema)) + sum(sizes.get(ref, 0) for ref in _references(schema))


def _references(schema: Schema) -> Iterator[str]:
    for part in inside(schema):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
