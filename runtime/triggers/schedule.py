"""Starts runs by the clock."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from runtime.calendars.zones import TIMEZONE
from runtime.contracts import Event, Timed
from runtime.documents.conditions import ONLY_IF, WHERE, filter_of


class ScheduleTrigger:
    """One run at each moment of a plan, or with a form one for each of its records that the conditions take."""

    name = "trigger.schedule"
    group = "trigger"
    icon = "clock"
    label: Mapping[str, Any] = {
        "title": "定时",
        "summary": "{plan} {form} {where}",
        "x-texts": {"en": {"title": "Schedule", "summary": "{plan} {form} {where}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["plan"],
        "properties": {
            "plan": {
                "type": "object",
                "title": "什么时候",
                "x-value": "plan",
                "default": {"cron": "0 9 * * *"},
                "oneOf": [{"required": ["cron"]}, {"required": ["every"]}],
                "properties": {
                    "cron": {"type": "string", "title": "cron", "x-texts": {"en": {"title": "cron"}}},
                    "every": {"type": "string", "title": "每隔", "x-texts": {"en": {"title": "Every"}}},
                    "start": {"type": "string", "title": "从", "x-texts": {"en": {"title": "Counted from"}}},
                },
                "x-texts": {"en": {"title": "When"}},
            },
            "form": {
                "type": "string",
                "title": "对每条记录",
                "description": "选了表单，就对其中每条符合条件的记录各运行一次；不选则只运行一次",
                "x-value": "form",
                "x-texts": {
                    "en": {
                        "title": "For each record of",
                        "description": "With a form, one run for each of its records that fits; without, one run",
                    }
                },
            },
            "where": {**WHERE, "x-names": "clock"},
            "when": ONLY_IF,
            "missed": {
                "type": "string",
                "title": "停机错过的",
                "default": "latest",
                "oneOf": [
                    {"const": "latest", "title": "补最近一次", "x-texts": {"en": {"title": "Make up the last"}}},
                    {"const": "all", "title": "每次都补", "x-texts": {"en": {"title": "Make up all"}}},
                    {"const": "none", "title": "不补", "x-texts": {"en": {"title": "Leave them out"}}},
                ],
                "x-texts": {"en": {"title": "What was missed while it stood still"}},
            },
            "timezone": TIMEZONE,
        },
    }

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool:
        return False

    def plan(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return dict(config["plan"])

    def missed(self, config: Mapping[str, Any]) -> Literal["latest", "all", "none"]:
        found: Literal["latest", "all", "none"] = config.get("missed", "latest")
        return found

    def filter(self, config: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
        return filter_of(config["where"]) if config.get("where") else None


trigger: Timed = ScheduleTrigger()
