"""An app with a pipeline: a form whose last stage asks for more, and views of it."""

from typing import Any

DEAL: dict[str, Any] = {
    "format": "form/1", "key": "deal", "title": "商机", "label": "name", "x-texts": {"en": {"title": "Deal"}},
    "schema": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "名称"},
            "amount": {"type": "number", "title": "金额", "x-currency": "CNY", "x-scale": 2},
            "stage": {
                "type": "string", "title": "阶段",
                "oneOf": [
                    {"const": "lead", "title": "线索", "x-texts": {"en": {"title": "Lead"}}},
                    {"const": "quote", "title": "报价", "x-texts": {"en": {"title": "Quote"}}},
                    {"const": "won", "title": "赢单", "x-texts": {"en": {"title": "Won"}}},
                    {"const": "lost", "title": "输单", "x-texts": {"en": {"title": "Lost"}}},
                ],
            },
            "close": {"type": "string", "format": "date", "title": "预计成交"},
            "until": {"type": "string", "format": "date", "title": "截止"},
            "visit": {"type": "string", "format": "date-time", "title": "拜访"},
            "hot": {"type": "boolean", "title": "重点"},
            "seller": {"type": "string", "title": "跟进人", "x-ref": {"person": True}},
            "margin": {"type": "number", "title": "毛利"},
        },
        "allOf": [
            {
                "if": {"properties": {"stage": {"const": "lost"}}, "required": ["stage"]},
                "then": {"properties": {"why": {"type": "string", "title": "输单原因"}}, "required": ["why"]},
            }
        ],
    },
}  # fmt: skip


def view(key: str, kind: str, **more: Any) -> dict[str, Any]:
    """A view/1 of the deals."""
    return {"format": "view/1", "key": key, "title": key, "kind": kind, "form": "deal", **more}


OPEN = ["name", "amount", "stage", "close", "until", "visit", "hot", "seller", "why"]
"""What a rep sees: all but the margin."""

APP: dict[str, Any] = {
    "format": "app/1", "key": "crm", "title": "客户管理", "lang": "zh-CN", "forms": [DEAL], "flows": [],
    "roles": [
        {
            "format": "role/1", "key": "rep", "title": "销售",
            "policies": [
                {"form": "deal", "rows": "record.owner == me.id", "read": OPEN, "write": OPEN,
                 "acts": ["create", "update", "delete"]},
                {"form": "deal", "rows": "record.hot == true", "read": OPEN},
            ],
        },
    ],
    "views": [
        view("board", "kanban", group="stage", card=["name", "amount", "close", "owner"], sum="amount",
             sort=["-amount"]),
        view("margins", "kanban", group="stage", card=["name", "margin"], sum="margin"),
        view("by_margin", "kanban", group="hot", sort=["-margin"]),
        view("thick", "kanban", group="stage", filter={"field": "margin", "op": "gt", "value": 5}),
        view("open", "kanban", group="stage", filter={"field": "stage", "op": "nin", "value": ["won", "lost"]}),
        view("sellers", "kanban", group="seller"),
        view("owners", "kanban", group="owner"),
        view("closing", "calendar", start="close", end="until", card=["name"]),
        view("visits", "calendar", start="visit"),
        view("big", "table", columns=["name", "amount"], filter={"field": "amount", "op": "gte", "value": 100}),
        view("pictures", "gallery"),
    ],
}  # fmt: skip
