"""Does the same for one item after the other."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, BadRequest, Each, TooMuch, World
from runtime.documents.conditions import SORT, WHERE, filter_of
from runtime.i18n import message

MOST = 1_000


class ForEach:
    """A container: the nodes inside run for each record that fits, or each item of a list.

    Gives `count`, `failed`, `errors`, and with `collect` what the last step inside gave for each item as `items`.
    """

    name = "foreach"
    group = "data"
    icon = "repeat"
    effect: Literal["inner", "outer"] = "inner"
    container = True
    label: Mapping[str, Any] = {
        "title": "逐条处理",
        "summary": "{form}{list} {where}",
        "x-texts": {"en": {"title": "For each", "summary": "{form}{list} {where}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "oneOf": [{"required": ["form"]}, {"required": ["list"]}],
        "properties": {
            "form": {
                "type": "string",
                "title": "哪个表单的记录",
                "x-value": "form",
                "x-texts": {"en": {"title": "Records of"}},
            },
            "where": WHERE,
            "sort": SORT,
            "list": {
                "type": "string",
                "title": "或者一个列表",
                "description": "如 查找记录得到的 steps.find1.items",
                "x-value": "expression",
                "x-texts": {"en": {"title": "Or a list", "description": "Such as steps.find1.items"}},
            },
            "limit": {
                "type": "integer",
                "title": "最多",
                "description": "超过时停下并报告异常",
                "minimum": 1,
                "maximum": MOST,
                "default": 200,
                "x-texts": {"en": {"title": "At most", "description": "With more it stops and opens an incident"}},
            },
            "on_error": {
                "type": "string",
                "title": "某一条出错时",
                "default": "stop",
                "oneOf": [
                    {"const": "stop", "title": "停下等待处理", "x-texts": {"en": {"title": "Stop until it is mended"}}},
                    {"const": "next", "title": "记下并继续下一条", "x-texts": {"en": {"title": "Note it and go on"}}},
                ],
                "x-texts": {"en": {"title": "When an item fails"}},
            },
            "collect": {
                "type": "boolean",
                "title": "收集每条最后一步的结果",
                "x-texts": {"en": {"title": "Collect what the last step gives for each"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out",)

    def perform(self, config: Mapping[str, Any], world: World) -> Each:
        most = min(config.get("limit", 200), MOST)
        items = _found(config, world, most + 1) if config.get("form") else config.get("list")
        if not isinstance(items or [], list):
            raise BadRequest(message("This is no list that can be gone through."))
        if len(items or []) > most:
            raise TooMuch(message("There are more than %(most)s items to go through.", most=most))
        return Each(items or [])


def _found(config: Mapping[str, Any], world: World, limit: int) -> list[Any]:
    filter = filter_of(config.get("where") or ())
    return [record["id"] for record in world.find_records(config["form"], filter, config.get("sort") or (), limit)]


action: Action = ForEach()
