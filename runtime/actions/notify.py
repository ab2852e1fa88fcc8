"""Tells people something, in the app and by mail."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Done, World


class Notify:
    """Puts a notice before each of the people; nobody found is an error, never silence."""

    name = "notify"
    group = "people"
    icon = "bell"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "通知",
        "summary": "通知 {to}：{title}",
        "x-texts": {"en": {"title": "Notify", "summary": "Tell {to}: {title}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["to", "title"],
        "properties": {
            "to": {"type": "array", "title": "通知谁", "x-value": "people", "x-texts": {"en": {"title": "Whom"}}},
            "title": {
                "type": "string",
                "title": "标题",
                "maxLength": 500,
                "x-value": "text",
                "x-texts": {"en": {"title": "Title"}},
            },
            "body": {
                "type": "string",
                "title": "内容",
                "maxLength": 10000,
                "x-value": "text",
                "x-widget": "textarea",
                "x-texts": {"en": {"title": "Text"}},
            },
            "urgent": {
                "type": "boolean",
                "title": "紧急：不等汇总，也不管免打扰",
                "x-texts": {"en": {"title": "Urgent: at once, in quiet hours too"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        return Done({"told": world.notify(config["to"], config)})


action: Action = Notify()
