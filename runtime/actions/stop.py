"""Ends the run."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Stop, World


class StopRun:
    """Nothing comes after it: what other branches wait for is dropped. Ended as failed, it is an incident."""

    name = "stop"
    group = "decide"
    icon = "player-stop"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "结束流程",
        "summary": "{as}：{text}",
        "x-texts": {"en": {"title": "End the flow", "summary": "{as}: {text}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["as"],
        "properties": {
            "as": {
                "type": "string",
                "title": "结果",
                "default": "done",
                "oneOf": [
                    {"const": "done", "title": "完成", "x-texts": {"en": {"title": "Done"}}},
                    {"const": "failed", "title": "失败", "x-texts": {"en": {"title": "Failed"}}},
                ],
                "x-texts": {"en": {"title": "Result"}},
            },
            "text": {
                "type": "string",
                "title": "说明",
                "x-value": "text",
                "x-texts": {"en": {"title": "Why"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ()

    def perform(self, config: Mapping[str, Any], world: World) -> Stop:
        return Stop(config.get("text") or "", config["as"] == "failed")


action: Action = StopRun()
