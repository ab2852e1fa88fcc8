"""Sleeps for a while, or until a moment."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, BadRequest, Wait, World
from runtime.i18n import message


class WaitUntil:
    """Goes on after a duration, or at a moment; at once when that has passed."""

    name = "wait"
    group = "time"
    icon = "hourglass"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "等待",
        "summary": "等待 {duration}{until}",
        "x-texts": {"en": {"title": "Wait", "summary": "Wait {duration}{until}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "oneOf": [{"required": ["duration"]}, {"required": ["until"]}],
        "properties": {
            "duration": {
                "type": "string",
                "title": "时长",
                "description": "如 PT2H（两小时）、P1D（一天）、P{{ record.days }}D",
                "x-value": "text",
                "x-widget": "duration",
                "x-texts": {
                    "en": {
                        "title": "Duration",
                        "description": "Such as PT2H (two hours), P1D (a day), P{{ record.days }}D",
                    }
                },
            },
            "until": {
                "type": "string",
                "title": "直到",
                "x-value": "expression",
                "x-type": "datetime",
                "x-texts": {"en": {"title": "Until"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out",)

    def perform(self, config: Mapping[str, Any], world: World) -> Wait:
        if config.get("duration"):
            until = world.later(config["duration"])
        elif isinstance(config.get("until"), str):
            until = world.moment(config["until"])
        else:
            raise BadRequest(message("There is no moment to wait for."))
        return Wait(until, {"until": until.isoformat()})


action: Action = WaitUntil()
