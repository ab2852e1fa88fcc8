"""Goes on by the port of the first case that holds."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World
from runtime.documents.conditions import IF

ELSE = "else"


class Switch:
    """Takes the first case whose expression is true, else the port "else"."""

    name = "switch"
    group = "decide"
    icon = "git-branch"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "多路分支",
        "summary": "分支：{cases}",
        "x-texts": {"en": {"title": "Switch", "summary": "Cases: {cases}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["cases"],
        "properties": {
            "cases": {
                "type": "array",
                "title": "分支",
                "minItems": 1,
                "maxItems": 20,
                "x-texts": {"en": {"title": "Cases"}},
                "items": {
                    "type": "object",
                    "required": ["key", "when"],
                    "properties": {
                        "key": {
                            "type": "string",
                            "title": "键",
                            "pattern": "^[a-z][a-z0-9_]{0,62}$",
                            "not": {"const": ELSE},
                            "x-texts": {"en": {"title": "Key"}},
                        },
                        "title": {"type": "string", "title": "名称", "x-texts": {"en": {"title": "Title"}}},
                        "when": IF,
                    },
                },
            }
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return (*(case["key"] for case in config.get("cases") or () if case.get("key")), ELSE)

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        port = next((case["key"] for case in config["cases"] if case["when"] is True), ELSE)
        return Done({"case": port}, port)


action: Action = Switch()
