"""What makes a form's schema dangerous or endless to evaluate, refused before it is saved."""

from collections.abc import Iterator
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.patterns import PatternError, compile_pattern
from runtime.documents.subschemas import Schema, children, target, walk
from runtime.i18n import message

MAX_EXPANDED = 10_000
_OUTSIDE = ("$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor", "$anchor", "$vocabulary")


def safety_problems(root: Schema) -> list[Problem]:
    """All that is dangerous in a form's schema; pointers are into that schema."""
    problems = [problem for where, schema in walk(root) for problem in _problems_of(root, where, schema)]
    if not problems and _expanded(root) > MAX_EXPANDED:
        why = message("Written out in full, this is more than %(limit)s rules.", limit=MAX_EXPANDED)
        problems.append(Problem("", "expanded", why))
    return problems


def _problems_of(root: Schema, where: str, schema: Schema) -> Iterator[Problem]:
    if "$ref" in schema:
        yield from _reference_problems(root, where, schema["$ref"])
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


def _reference_problems(root: Schema, where: str, ref: object) -> Iterator[Problem]:
    at = where + pointer("$ref")
    found = target(root, ref)
    if found is None:
        why = message("A reference may name a definition of this form only, as in #/$defs/NAME.")
        yield Problem(at, "$ref", why)
    elif _reaches(root, found):
        yield Problem(at, "$ref", message("This reference leads back to itself."))


def _reaches(root: Schema, goal: Schema) -> bool:
    """Whether following references from a definition leads to that definition again."""
    seen: set[int] = set()
    stack = [goal]
    while stack:
        for _, inside in walk(stack.pop()):
            following = target(root, inside.get("$ref"))
            if following is goal:
                return True
            if following is not None and id(following) not in seen:
                seen.add(id(following))
                stack.append(following)
    return False


def _pattern_problems(where: str, source: str) -> Iterator[Problem]:
    try:
        compile_pattern(source)
    except PatternError as broken:
        why = message("This pattern cannot be used: %(reason)s.", reason=str(broken))
        yield Problem(where + pointer("pattern"), "pattern", why)


def _expanded(root: Schema) -> int:
    """How many schemas evaluation meets when every reference is followed; references are known to end."""
    known: dict[int, int] = {}

    def size(schema: Any) -> int:
        if not isinstance(schema, dict):
            return 1
        if id(schema) not in known:
            inside = (part for path, part in children(schema) if path[0] not in ("$defs", "definitions"))
            following = target(root, schema.get("$ref"))
            known[id(schema)] = 1 + sum(map(size, inside)) + (size(following) if following is not None else 0)
        return known[id(schema)]

    return size(root)
