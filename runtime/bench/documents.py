"""The app that is measured: a form of 12 fields, a flow that makes a record, a form of 200 fields that unfolds."""

from typing import Any

KEY = "bench"
STAGES = ("lead", "contact", "offer", "won", "lost")
REGIONS = ("华东", "华南", "华北", "西南")


def _choice(title: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "title": title, "oneOf": [{"const": value, "title": value} for value in values]}


VISIT = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称", "maxLength": 200},
            "stage": _choice("阶段", STAGES),
            "region": _choice("地区", REGIONS),
            "amount": {"type": "number", "title": "金额", "x-currency": "CNY", "x-scale": 2, "minimum": 0},
            "score": {"type": "integer", "title": "评分", "minimum": 0, "maximum": 100},
            "visited": {"type": "string", "format": "date", "title": "日期"},
            "phone": {"type": "string", "title": "电话", "maxLength": 20},
            "contact": {"type": "string", "title": "联系人", "maxLength": 80},
            "important": {"type": "boolean", "title": "重要"},
            "summary": {"type": "string", "title": "纪要", "maxLength": 2000},
            "customer_type": _choice("客户类型", ("hospital", "dealer")),
        },
        "required": ["name", "stage", "region", "amount", "customer_type"],
        "allOf": [
            {
                "if": {"properties": {"customer_type": {"const": "hospital"}}, "required": ["customer_type"]},
                "then": {
                    "properties": {"ct_age": {"type": "integer", "minimum": 0, "title": "装机年限"}},
                    "required": ["ct_age"],
                },
            }
        ],
    },
    "ui": {},
}

LISTED = VISIT | {"key": "listed", "title": "列表"}
"""The same twelve fields, with a number of records of its own to read from."""

CARDS = VISIT | {"key": "cards", "title": "卡片"}
BOARD = {
    "format": "view/1",
    "key": "board",
    "title": "看板",
    "kind": "kanban",
    "form": "cards",
    "group": "stage",
    "card": ["name", "amount", "contact"],
    "sum": "amount",
    "sort": ["-amount"],
}

TASK = {
    "format": "form/1",
    "key": "task",
    "title": "跟进",
    "schema": {
        "type": "object",
        "properties": {"title": {"type": "string", "title": "标题"}, "amount": {"type": "number", "title": "金额"}},
        "required": ["title"],
    },
    "ui": {},
}

WIDE = {
    "format": "form/1",
    "key": "wide",
    "title": "宽表",
    "schema": {
        "type": "object",
        "properties": {
            "kind": _choice("类型", ("a", "b")),
            **{f"f{number}": {"type": "string", "title": f"字段 {number}"} for number in range(1, 200)},
        },
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "b"}}, "required": ["kind"]},
                "then": {"properties": {"more": {"type": "string", "title": "补充"}}, "required": ["more"]},
            }
        ],
    },
    "ui": {},
}

FLOW = {
    "format": "flow/1",
    "key": "follow_up",
    "title": "跟进",
    "settings": {"run_as": "system", "max_depth": 5, "on_error": "incident"},
    "nodes": [
        {
            "id": "t",
            "type": "trigger.record",
            "config": {"form": "visit", "on": ["created"], "when": "record.score > 50"},
        },
        {"id": "high", "type": "condition", "config": {"when": "record.amount >= 0"}},
        {
            "id": "make",
            "type": "record.create",
            "config": {"form": "task", "set": {"title": "record.name", "amount": "record.amount"}},
        },
    ],
    "edges": [
        {"id": "e1", "source": "t", "port": "out", "target": "high"},
        {"id": "e2", "source": "high", "port": "true", "target": "make"},
    ],
    "layout": {},
}

APP = {
    "format": "app/1",
    "key": KEY,
    "title": "Bench",
    "version": "1.0.0",
    "lang": "zh-CN",
    "forms": [VISIT, TASK, WIDE, LISTED, CARDS],
    "flows": [FLOW],
    "views": [BOARD],
    "roles": [],
    "reports": [],
    "calendars": [],
    "sample": {},
}


def visit(number: int, score: int = 10) -> dict[str, Any]:
    """Twelve answers, different for each number; a score over 50 starts the flow, which makes a record."""
    return {
        "name": f"客户 {number:06d}",
        "stage": STAGES[number % 5],
        "region": REGIONS[number // 5 % 4],
        "amount": number * 7919 % 1_000_000 + 0.5,
        "score": score,
        "visited": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "phone": f"138{number % 100_000_000:08d}",
        "contact": f"联系人 {number % 997}",
        "important": number % 3 == 0,
        "summary": "已沟通设备更新计划，下周再访。",
        "customer_type": "hospital",
        "ct_age": number % 20,
    }
