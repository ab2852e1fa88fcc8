"""Starts a run when a record was created, changed or deleted."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Event, Trigger
from runtime.documents.conditions import ONLY_IF


class RecordTrigger:
    """Matches an act on a form; a change only if it touches chosen fields, or takes one from a value to another."""

    name = "trigger.record"
    group = "trigger"
    icon = "bolt"
    label: Mapping[str, Any] = {
        "title": "记录变动",
        "summary": "{form} {on} {fields} {change}",
        "x-texts": {"en": {"title": "Record event", "summary": "{form} {on} {fields} {change}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["form", "on"],
        "properties": {
            "form": {"type": "string", "title": "表单", "x-value": "form", "x-texts": {"en": {"title": "Form"}}},
            "on": {
                "type": "array",
                "title": "何时",
                "minItems": 1,
                "uniqueItems": True,
                "x-texts": {"en": {"title": "When"}},
                "items": {
                    "type": "string",
                    "oneOf": [
                        {"const": "created", "title": "新增", "x-texts": {"en": {"title": "created"}}},
                        {"const": "updated", "title": "修改", "x-texts": {"en": {"title": "changed"}}},
                        {"const": "deleted", "title": "删除", "x-texts": {"en": {"title": "deleted"}}},
                    ],
                },
            },
            "fields": {
                "type": "array",
                "title": "只在这些字段改变时",
                "items": {"type": "string", "x-value": "field"},
                "x-texts": {"en": {"title": "Only when one of these fields changes"}},
            },
            "change": {
                "type": "object",
                "title": "字段从…变为…",
                "x-value": "change",
                "required": ["field"],
                "x-texts": {"en": {"title": "A field goes from … to …"}},
                "properties": {
                    "field": {
                        "type": "string",
                        "title": "字段",
                        "x-value": "field",
                        "x-texts": {"en": {"title": "Field"}},
                    },
                    "from": {"title": "从", "x-texts": {"en": {"title": "From"}}},
                    "to": {"title": "变为", "x-texts": {"en": {"title": "To"}}},
                },
            },
            "when": ONLY_IF,
        },
    }

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool:
        if event.form != config["form"] or event.type not in config["on"]:
            return False
        change = config.get("change")
        if change and not _goes(event, change):
            return False
        fields = config.get("fields")
        return event.type != "updated" or not fields or not set(fields).isdisjoint(event.changed)


def _goes(event: Event, change: Mapping[str, Any]) -> bool:
    field = change["field"]
    if field not in event.changed:
        return False
    before, now = event.old.get(field), event.new.get(field)
    return ("from" not in change or before == change["from"]) and ("to" not in change or now == change["to"])


trigger: Trigger = RecordTrigger()
