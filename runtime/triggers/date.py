"""Starts runs when a date of a record comes near, is reached, or has passed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

from runtime.calendars.zones import TIMEZONE
from runtime.contracts import Event, Timed
from runtime.documents.conditions import ONLY_IF


class DateTrigger:
    """Once a day, one run for each record whose date lies so many days before or behind; missed days are made up."""

    name = "trigger.date"
    group = "trigger"
    icon = "calendar-event"
    label: Mapping[str, Any] = {
        "title": "日期提醒",
        "summary": "{form} {field}{side} {days} 天，{at}",
        "x-texts": {"en": {"title": "Date reached", "summary": "{form}: {days} days {side} {field}, {at}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["form", "field", "days", "side", "at"],
        "properties": {
            "form": {"type": "string", "title": "表单", "x-value": "form", "x-texts": {"en": {"title": "Form"}}},
            "field": {
                "type": "string",
                "title": "日期字段",
                "description": "如 到期日",
                "x-value": "field",
                "x-type": "datetime",
                "x-texts": {"en": {"title": "Date", "description": "Such as the due date"}},
            },
            "days": {
                "type": "integer",
                "title": "几天",
                "description": "0 表示当天",
                "minimum": 0,
                "maximum": 3650,
                "default": 1,
                "x-texts": {"en": {"title": "Days", "description": "0 is the day itself"}},
            },
            "side": {
                "type": "string",
                "title": "之前还是之后",
                "default": "after",
                "oneOf": [
                    {"const": "before", "title": "之前", "x-texts": {"en": {"title": "before"}}},
                    {"const": "after", "title": "之后", "x-texts": {"en": {"title": "after"}}},
                ],
                "x-texts": {"en": {"title": "Before or after"}},
            },
            "at": {
                "type": "string",
                "title": "时间",
                "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
                "default": "09:00",
                "x-widget": "time",
                "x-texts": {"en": {"title": "At"}},
            },
            "when": {
                **ONLY_IF,
                "description": "如 还没有收款",
                "x-texts": {"en": {"title": "And only if", "description": "Such as: not paid yet"}},
            },
            "timezone": TIMEZONE,
        },
    }

    def matches(self, event: Event, config: Mapping[str, Any]) -> bool:
        return False

    def plan(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        hour, minute = (int(part) for part in config["at"].split(":"))
        return {"cron": f"{minute} {hour} * * *"}

    def missed(self, config: Mapping[str, Any]) -> Literal["latest", "all", "none"]:
        return "all"

    def filter(self, config: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
        days = timedelta(days=-config["days"] if config["side"] == "after" else config["days"])
        return {"field": config["field"], "op": "eq", "value": (today + days).isoformat()}


trigger: Timed = DateTrigger()
