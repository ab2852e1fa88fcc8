"""Goes on by one of two ports."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World
from runtime.documents.conditions import IF


class Condition:
    """Takes the port "true" only when its expression is true; null goes by "false"."""

    name = "condition"
    group = "decide"
    icon = "arrows-split-2"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "条件",
        "summary": "当 {when}",
        "x-texts": {"en": {"title": "Condition", "summary": "If {when}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["when"],
        "properties": {
            "when": IF,
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("true", "false")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        holds = config["when"] is True
        return Done({"holds": holds}, "true" if holds else "false")


action: Action = Condition()
