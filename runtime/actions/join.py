"""Goes on when enough branches have come."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World


class Join:
    """Takes "out" once so many of its incoming lines were come by, or "else" when no more can come.

    The engine says how many have `arrived` and are `needed`.
    """

    name = "join"
    group = "decide"
    icon = "git-branch"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "汇合",
        "summary": "{mode} {count}",
        "x-texts": {"en": {"title": "Join", "summary": "{mode} {count}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["mode"],
        "properties": {
            "mode": {
                "type": "string",
                "title": "等哪些分支",
                "default": "all",
                "oneOf": [
                    {"const": "all", "title": "全部", "x-texts": {"en": {"title": "All"}}},
                    {"const": "any", "title": "任意一个", "x-texts": {"en": {"title": "Any"}}},
                    {"const": "count", "title": "至少", "x-texts": {"en": {"title": "At least"}}},
                ],
                "x-texts": {"en": {"title": "Branches to wait for"}},
            },
            "count": {
                "type": "integer",
                "title": "几个",
                "description": "选“至少”时填写；不填等于全部",
                "minimum": 1,
                "maximum": 100,
                "x-texts": {"en": {"title": "How many", "description": "For “At least”; left empty, all"}},
            },
            "rest": {
                "type": "string",
                "title": "其余分支",
                "default": "ignore",
                "oneOf": [
                    {"const": "ignore", "title": "继续各自执行", "x-texts": {"en": {"title": "Go on by themselves"}}},
                    {"const": "cancel", "title": "停止", "x-texts": {"en": {"title": "Are stopped"}}},
                ],
                "x-texts": {"en": {"title": "The other branches"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "else")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        arrived, needed = config["arrived"], config["needed"]
        return Done({"arrived": arrived}, "out" if arrived >= needed else "else")


action: Action = Join()
