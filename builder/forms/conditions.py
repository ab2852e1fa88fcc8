"""JSON Schema conditions as trees of comparisons that can be drawn as chips, and back.

A tree is `{"all": [tree…]}`, `{"any": [tree…]}` or `{"field", "op", "value"}` with the ops of `OPS`.
Only shapes that come back unchanged in meaning are drawn; anything else is left to the text view.
"""

from collections.abc import Callable, Mapping
from typing import Any

Tree = dict[str, Any]
Schema = Mapping[str, Any]

_KEYWORDS = {"eq": "const", "in": "enum", "gt": "exclusiveMinimum", "gte": "minimum", "lt": "exclusiveMaximum",
             "lte": "maximum"}  # fmt: skip

WITHOUT_VALUE = ("empty", "nempty")
OPS = (*_KEYWORDS, "ne", "nin", "contains", *WITHOUT_VALUE)


def draw(schema: object) -> Tree | None:
    """The tree of a condition, or None when it has a shape that chips cannot show."""
    if not isinstance(schema, Mapping):
        return None
    names = set(schema) - {"type"}
    if names == {"allOf"}:
        return _drawn_list("all", schema["allOf"])
    if names == {"anyOf"}:
        return _drawn_list("any", schema["anyOf"])
    if names == {"not"}:
        return _drawn_empty(schema["not"])
    if names and names <= {"properties", "required"}:
        return _drawn_properties(schema)
    return None


def write(tree: Tree) -> dict[str, Any]:
    """The JSON Schema that holds exactly when the tree does."""
    for word, keyword in (("all", "allOf"), ("any", "anyOf")):
        if word in tree:
            parts = [write(part) for part in tree[word]]
            return parts[0] if len(parts) == 1 else {keyword: parts}
    field, op = tree["field"], tree["op"]
    if op == "empty":
        return {"not": {"required": [field]}}
    if op == "nempty":
        return {"required": [field]}
    return {"properties": {field: _test(op, tree.get("value"))}, "required": [field]}


def fields_in(tree: Tree) -> list[str]:
    """The fields a tree asks about, each once, in order."""
    parts = tree.get("all") or tree.get("any") or ()
    names = (
        [name for part in parts for name in fields_in(part)] if parts else [tree["field"]] if "field" in tree else []
    )
    return list(dict.fromkeys(names))


def _test(op: str, value: Any) -> dict[str, Any]:
    if op == "ne":
        return {"not": {"const": value}}
    if op == "nin":
        return {"not": {"enum": value}}
    if op == "contains":
        return {"contains": {"const": value}}
    return {_KEYWORDS[op]: value}


def _drawn_list(word: str, parts: object) -> Tree | None:
    drawn = [draw(part) for part in parts] if isinstance(parts, list) else []
    return {word: drawn} if drawn and None not in drawn else None


def _drawn_empty(inner: object) -> Tree | None:
    if isinstance(inner, Mapping) and set(inner) == {"required"} and len(inner["required"]) == 1:
        return {"field": inner["required"][0], "op": "empty"}
    return None


def _drawn_properties(schema: Schema) -> Tree | None:
    tests, required = schema.get("properties") or {}, schema.get("required") or []
    if set(tests) - set(required):
        return None  # an absent answer would hold, which no chip says
    parts: list[Tree | None] = [_drawn_test(name, test) for name, test in tests.items()]
    parts += [{"field": name, "op": "nempty"} for name in required if name not in tests]
    if not parts or None in parts:
        return None
    return parts[0] if len(parts) == 1 else {"all": parts}


def _drawn_test(field: str, test: object) -> Tree | None:
    if not isinstance(test, Mapping) or len(test) != 1:
        return None
    ((keyword, value),) = test.items()
    for op, known in _KEYWORDS.items():
        if keyword == known:
            return {"field": field, "op": op, "value": value}
    read = _NESTED.get(keyword)
    return read(field, value) if read else None


def _drawn_not(field: str, inner: object) -> Tree | None:
    if isinstance(inner, Mapping) and len(inner) == 1:
        if "const" in inner:
            return {"field": field, "op": "ne", "value": inner["const"]}
        if "enum" in inner:
            return {"field": field, "op": "nin", "value": inner["enum"]}
    return None


def _drawn_contains(field: str, inner: object) -> Tree | None:
    if isinstance(inner, Mapping) and set(inner) == {"const"}:
        return {"field": field, "op": "contains", "value": inner["const"]}
    return None


_NESTED: dict[str, Callable[[str, object], Tree | None]] = {"not": _drawn_not, "contains": _drawn_contains}
