"""A small app: customers, and visits that ask hospitals more than dealers."""

from typing import Any

CUSTOMER: dict[str, Any] = {
    "format": "form/1",
    "key": "customer",
    "title": "客户",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "客户名称"},
            "floor_price": {"type": "number", "title": "底价", "x-currency": "CNY"},
        },
        "required": ["name"],
    },
}
VISIT: dict[str, Any] = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访记录",
    "description": "见完客户就记",
    "schema": {
        "type": "object",
        "properties": {
            "subject": {"type": "string", "title": "主题"},
            "customer": {"type": "string", "title": "客户", "x-ref": {"form": "customer"}},
            "companion": {"type": "string", "title": "陪同人", "x-ref": {"person": True}},
            "kind": {
                "type": "string",
                "title": "客户类型",
                "oneOf": [{"const": "hospital", "title": "医院"}, {"const": "dealer", "title": "经销商"}],
            },
            "visited_on": {"type": "string", "format": "date", "title": "日期", "x-default": "today"},
            "visited_at": {"type": "string", "format": "date-time", "title": "时间"},
            "price": {"type": "number", "title": "单价", "x-currency": "CNY"},
            "total": {"type": "number", "title": "合计", "x-currency": "CNY", "x-formula": "record.price * 2"},
            "topics": {
                "type": "array",
                "title": "内容",
                "uniqueItems": True,
                "items": {
                    "type": "string",
                    "oneOf": [{"const": "p", "title": "报价"}, {"const": "s", "title": "售后"}],
                },
            },
            "photos": {
                "type": "array",
                "title": "照片",
                "x-file": {"accept": "image/*"},
                "maxItems": 3,
                "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            },
            "note": {"type": "string", "title": "备注"},
        },
        "required": ["subject", "kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "hospital"}}, "required": ["kind"]},
                "then": {
                    "properties": {
                        "ct_age": {"type": "integer", "minimum": 0, "title": "CT/MRI装机年限"},
                        "tender": {
                            "type": "boolean",
                            "title": "是否参与集采",
                            "x-texts": {"en": {"title": "Tenders"}},
                        },
                    },
                    "required": ["ct_age", "tender"],
                },
            }
        ],
    },
    "ui": {"kind": {"ui:widget": "radio"}, "note": {"ui:widget": "textarea"}},
}
REP: dict[str, Any] = {
    "format": "role/1",
    "key": "rep",
    "title": "销售",
    "policies": [
        {
            "form": "visit",
            "rows": "record.owner == me.id",
            "read": ["*"],
            "write": ["*"],
            "acts": ["create", "update"],
        },
        {"form": "customer", "read": ["name"], "write": ["name"], "acts": ["create", "update"]},
    ],
}
APP: dict[str, Any] = {
    "format": "app/1",
    "key": "crm",
    "title": "客户管理",
    "lang": "zh-CN",
    "forms": [CUSTOMER, VISIT],
    "flows": [],
    "views": [],
    "roles": [REP],
}
