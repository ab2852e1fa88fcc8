"""A small app for tests: customers and visits, with roles that see parts of them."""

from typing import Any

CUSTOMER = {
    "format": "form/1", "key": "customer", "title": "客户",
    "schema": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "title": "客户名称"},
        "code": {"type": "string", "title": "编号", "x-unique": True},
        "secret": {"type": "string", "title": "底价"},
    }},
}  # fmt: skip
VISIT = {
    "format": "form/1", "key": "visit", "title": "拜访记录",
    "schema": {"type": "object", "required": ["subject"], "properties": {
        "subject": {"type": "string", "title": "主题"},
        "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
        "companion": {"type": "string", "title": "陪同人", "x-ref": {"person": True}},
        "stage": {"type": "string", "title": "阶段",
                  "oneOf": [{"const": "lead", "title": "线索"}, {"const": "won", "title": "赢单"}]},
        "amount": {"type": "number", "title": "金额", "x-currency": "CNY", "x-scale": 2},
        "visited_at": {"type": "string", "format": "date-time", "title": "拜访时间"},
        "day": {"type": "string", "format": "date", "title": "日期"},
        "joins": {"type": "boolean", "title": "是否参与"},
        "topics": {"type": "array", "title": "内容", "uniqueItems": True, "items": {"type": "string", "oneOf": [
            {"const": "price", "title": "报价"}, {"const": "product", "title": "产品"}]}},
        "photos": {"type": "array", "title": "照片", "x-file": {"accept": "image/*"}, "items": {
            "type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}},
    }},
}  # fmt: skip
REP = {
    "format": "role/1", "key": "rep", "title": "销售",
    "policies": [
        {"form": "visit", "rows": "record.owner == me.id", "read": ["*"], "write": ["*"],
         "acts": ["create", "update", "delete"]},
        {"form": "customer", "read": ["name", "code"], "write": ["name"], "acts": ["create", "update"]},
    ],
}  # fmt: skip
LISTENS = {
    "format": "flow/1", "key": "listens", "title": "拜访后",
    "nodes": [{"id": "t", "type": "trigger.record", "config": {"form": "visit", "on": ["created"]}}], "edges": [],
}  # fmt: skip
APP: dict[str, Any] = {
    "format": "app/1", "key": "crm", "title": "客户管理", "lang": "zh-CN",
    "forms": [CUSTOMER, VISIT], "flows": [LISTENS], "views": [], "roles": [REP],
}  # fmt: skip
