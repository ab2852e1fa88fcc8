"""Which records a node means: rows of field, comparison and value, as a part of its config's schema."""

from collections.abc import Iterable, Mapping
from typing import Any

_OPS = {
    "eq": ("等于", "is"),
    "ne": ("不等于", "is not"),
    "gt": ("大于", "is more than"),
    "gte": ("不小于", "is at least"),
    "lt": ("小于", "is less than"),
    "lte": ("不大于", "is at most"),
    "contains": ("包含", "contains"),
    "starts": ("开头是", "begins with"),
    "empty": ("为空", "is empty"),
    "nempty": ("不为空", "is not empty"),
}

WHERE: Mapping[str, Any] = {
    "type": "array",
    "title": "条件",
    "maxItems": 20,
    "x-texts": {"en": {"title": "Where"}},
    "items": {
        "type": "object",
        "required": ["field", "op"],
        "properties": {
            "field": {"type": "string", "title": "字段", "x-value": "field", "x-texts": {"en": {"title": "Field"}}},
            "op": {
                "type": "string",
                "title": "比较",
                "default": "eq",
                "oneOf": [
                    {"const": op, "title": zh, "x-texts": {"en": {"title": en}}} for op, (zh, en) in _OPS.items()
                ],
                "x-texts": {"en": {"title": "Compare"}},
            },
            "value": {
                "type": "string",
                "title": "值",
                "x-value": "expression",
                "x-texts": {"en": {"title": "Value"}},
            },
        },
    },
}
"""All rows must hold."""

SORT: Mapping[str, Any] = {
    "type": "array",
    "title": "排序",
    "maxItems": 3,
    "items": {"type": "string", "x-value": "field"},
    "x-texts": {"en": {"title": "Sort"}},
}
"""By which fields, the first first; a leading minus turns one round."""

IF: Mapping[str, Any] = {
    "type": "string",
    "title": "当",
    "x-value": "expression",
    "x-type": "boolean",
    "x-texts": {"en": {"title": "If"}},
}
"""What must hold, as an expression."""

ONLY_IF: Mapping[str, Any] = {**IF, "title": "并且", "x-texts": {"en": {"title": "And only if"}}}
"""A condition beside what a trigger listens to."""


def filter_of(where: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The filter that rows of WHERE mean, their values evaluated."""
    return {"and": [_test(row) for row in where]}


def _test(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a filter. A value that turned out empty asks for the empty, never for everything."""
    if row["op"] in ("empty", "nempty"):
        return {"field": row["field"], "op": row["op"]}
    if row.get("value") is None:
        return {"field": row["field"], "op": "nempty" if row["op"] == "ne" else "empty"}
    return {"field": row["field"], "op": row["op"], "value": row["value"]}
