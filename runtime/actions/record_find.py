"""Finds records of a form."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World

MOST = 100


class FindRecords:
    """Gives `items`, `count` and `first` (null when nothing was found) to later steps."""

    name = "record.find"
    group = "data"
    icon = "search"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "查找记录",
        "summary": "在 {form} 中查找 {where}",
        "x-texts": {"en": {"title": "Find records", "summary": "Find in {form}: {where}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["form"],
        "properties": {
            "form": {"type": "string", "title": "表单", "x-value": "form", "x-texts": {"en": {"title": "Form"}}},
            "where": {
                "type": "array",
                "title": "条件",
                "maxItems": 20,
                "x-texts": {"en": {"title": "Where"}},
                "items": {
                    "type": "object",
                    "required": ["field", "op"],
                    "properties": {
                        "field": {
                            "type": "string",
                            "title": "字段",
                            "x-value": "field",
                            "x-texts": {"en": {"title": "Field"}},
                        },
                        "op": {
                            "type": "string",
                            "title": "比较",
                            "default": "eq",
                            "oneOf": [
                                {"const": "eq", "title": "等于", "x-texts": {"en": {"title": "is"}}},
                                {"const": "ne", "title": "不等于", "x-texts": {"en": {"title": "is not"}}},
                                {"const": "gt", "title": "大于", "x-texts": {"en": {"title": "is more than"}}},
                                {"const": "gte", "title": "不小于", "x-texts": {"en": {"title": "is at least"}}},
                                {"const": "lt", "title": "小于", "x-texts": {"en": {"title": "is less than"}}},
                                {"const": "lte", "title": "不大于", "x-texts": {"en": {"title": "is at most"}}},
                                {"const": "contains", "title": "包含", "x-texts": {"en": {"title": "contains"}}},
                                {"const": "starts", "title": "开头是", "x-texts": {"en": {"title": "begins with"}}},
                                {"const": "empty", "title": "为空", "x-texts": {"en": {"title": "is empty"}}},
                                {"const": "nempty", "title": "不为空", "x-texts": {"en": {"title": "is not empty"}}},
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
            },
            "sort": {
                "type": "array",
                "title": "排序",
                "maxItems": 3,
                "items": {"type": "string", "x-value": "field"},
                "x-texts": {"en": {"title": "Sort"}},
            },
            "limit": {
                "type": "integer",
                "title": "最多",
                "minimum": 1,
                "maximum": MOST,
                "default": 20,
                "x-texts": {"en": {"title": "At most"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        filter = {"and": [_part(part) for part in config.get("where") or ()]}
        items = world.find_records(config["form"], filter, config.get("sort") or (), min(config.get("limit", 20), MOST))
        return Done({"items": items, "count": len(items), "first": items[0] if items else None})


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as a filter. A value that turned out empty asks for the empty, never for everything."""
    if part["op"] in ("empty", "nempty"):
        return {"field": part["field"], "op": part["op"]}
    if part.get("value") is None:
        return {"field": part["field"], "op": "nempty" if part["op"] == "ne" else "empty"}
    return {"field": part["field"], "op": part["op"], "value": part["value"]}


action: Action = FindRecords()
