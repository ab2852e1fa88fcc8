"""Keeps values for later steps."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World


class SetValues:
    """Gives its values to later steps, which read them as `steps.ID.name`."""

    name = "set"
    group = "data"
    icon = "variable"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "设置变量",
        "summary": "{values}",
        "x-texts": {"en": {"title": "Set values", "summary": "{values}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["values"],
        "properties": {
            "values": {
                "type": "object",
                "title": "变量",
                "maxProperties": 100,
                "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]{0,62}$"},
                "additionalProperties": {"type": "string", "x-value": "expression"},
                "x-texts": {"en": {"title": "Values"}},
            }
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out",)

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        return Done(dict(config["values"]))


action: Action = SetValues()
