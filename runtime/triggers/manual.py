"""Starts a run when somebody presses its button."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Event, Trigger

ICONS = [
    {"const": name, "title": zh, "x-texts": {"en": {"title": en}}}
    for name, zh, en in (
        ("bolt", "闪电", "Lightning"),
        ("send", "发送", "Send"),
        ("check", "通过", "Check"),
        ("x", "拒绝", "Cross"),
        ("bell", "提醒", "Bell"),
        ("user-plus", "分配", "Person"),
        ("file-text", "文件", "File"),
        ("flag", "标记", "Flag"),
        ("archive", "归档", "Archive"),
        ("refresh", "刷新", "Refresh"),
    )
]

PLACES = [
    {"const": "record", "title": "记录页", "x-texts": {"en": {"title": "The record's page"}}},
    {"const": "list", "title": "列表里选中的记录", "x-texts": {"en": {"title": "Chosen in the list"}}},
]


class ManualTrigger:
    """A button at a form's records and in their list, or without a form at the app. No event matches it."""

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
            "places": {
                "type": "array",
                "title": "放在哪里",
                "default": ["record", "list"],
                "minItems": 1,
                "uniqueItems": True,
                "items": {
                    "type": "string",
                    "oneOf": PLACES,
                },
                "x-texts": {"en": {"title": "Where it stands"}},
            },
            "icon": {
                "type": "string",
                "title": "图标",
                "oneOf": ICONS,
                "x-texts": {"en": {"title": "Icon"}},
            },
            "confirm": {
                "type": "string",
                "title": "点击前询问",
                "description": "如 确定要提交审批吗？不填则直接执行",
                "maxLength": 300,
                "x-texts": {
                    "en": {
                        "title": "Ask before",
                        "description": "Such as: Send this for approval? Left empty, it starts at once",
                    }
                },
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
