"""Starts a run when another system sends something, signed."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Event, Trigger


class WebhookTrigger:
    """An address to which another system sends JSON. No event matches it; what was sent is the trigger's output."""

    name = "trigger.webhook"
    group = "trigger"
    icon = "webhook"
    label: Mapping[str, Any] = {
        "title": "外部推送",
        "summary": "收到推送：{fields}",
        "x-texts": {"en": {"title": "Webhook", "summary": "Receives {fields}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "fields": {
                "type": "array",
                "title": "对方发来的内容",
                "description": "后面的步骤可以使用这些值。发布后到应用的“接收地址”页取地址和密钥。",
                "maxItems": 100,
                "x-texts": {
                    "en": {
                        "title": "What is sent",
                        "description": "Later steps can use these values. Once published, the app's page "
                        "“Addresses to receive” gives the address and its key.",
                    }
                },
                "items": {
                    "type": "object",
                    "required": ["name", "type"],
                    "properties": {
                        "name": {
                            "type": "string",
                            "title": "名称",
                            "minLength": 1,
                            "maxLength": 128,
                            "x-texts": {"en": {"title": "Name"}},
                        },
                        "type": {
                            "type": "string",
                            "title": "类型",
                            "x-texts": {"en": {"title": "Kind"}},
                            "oneOf": [
                                {"const": "text", "title": "文字", "x-texts": {"en": {"title": "Text"}}},
                                {"const": "number", "title": "数字", "x-texts": {"en": {"title": "Number"}}},
                                {"const": "yes_no", "title": "是/否", "x-texts": {"en": {"title": "Yes/no"}}},
                                {"const": "list", "title": "列表", "x-texts": {"en": {"title": "List"}}},
                                {"const": "object", "title": "一组值", "x-texts": {"en": {"title": "Group of values"}}},
                            ],
                        },
                        "need": {
                            "type": "string",
                            "title": "是否必有",
                            "x-texts": {"en": {"title": "Needed"}},
                            "oneOf": [
                                {"const": "always", "title": "必有", "x-texts": {"en": {"title": "Always"}}},
                                {"const": "sometimes", "title": "可能没有", "x-texts": {"en": {"title": "Not always"}}},
                            ],
                        },
                    },
                },
            }
        },
    }

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool:
        return False


trigger: Trigger = WebhookTrigger()
