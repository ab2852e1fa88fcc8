"""Starts a run when somebody presses its button."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Event, Trigger


class ManualTrigger:
    """A button at a form's records, or without a form at the app. No event matches it."""

    name = "trigger.manual"
    group = "trigger"
    icon = "hand-click"
    label: Mapping[str, Any] = {
        "title": "手动按钮",
        "summary": "{form} 按钮：{title}",
        "x-texts": {"en": {"title": "Button", "summary": "{form} button: {title}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "form": {"type": "string", "title": "表单", "x-value": "form", "x-texts": {"en": {"title": "Form"}}},
            "title": {
                "type": "string",
                "title": "按钮文字",
                "maxLength": 100,
                "x-texts": {"en": {"title": "Button text"}},
            },
            "roles": {
                "type": "array",
                "title": "谁可以用",
                "description": "不选则为可以修改该记录的人",
                "x-value": "role",
                "items": {"type": "string"},
                "uniqueItems": True,
                "x-texts": {
                    "en": {"title": "Who may use it", "description": "None chosen: whoever may change the record"}
                },
            },
            "when": {
                "type": "string",
                "title": "仅当",
                "x-value": "expression",
                "x-type": "boolean",
                "x-texts": {"en": {"title": "Only if"}},
            },
        },
    }

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool:
        return False


trigger: Trigger = ManualTrigger()
