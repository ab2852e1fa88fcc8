"""Finds records of a form."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World
from runtime.documents.conditions import SORT, WHERE, filter_of

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
            "where": WHERE,
            "sort": SORT,
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
        filter = filter_of(config.get("where") or ())
        items = world.find_records(config["form"], filter, config.get("sort") or (), min(config.get("limit", 20), MOST))
        return Done({"items": items, "count": len(items), "first": items[0] if items else None})


action: Action = FindRecords()
