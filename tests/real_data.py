"""Real tables that nobody here wrote, where they lie, and apps that take them in."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("TRELLIS_SHARED") or ROOT.parent / "shared") / "data"

EXCEL = SHARED / "chinese_superstore/superstore-zh.xls"
"""Tableau's sample of a Chinese superstore: orders, returns, and who sells where."""

needs_real_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no real data beside the project; say where it is by TRELLIS_SHARED"
)


def table(name: str) -> list[dict[str, str]]:
    """A CSV of Maven Analytics' CRM Sales Opportunities as plain Python reads it."""
    with (SHARED / "maven_crm" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def form(key: str, title: str, label: str, required: list[str], **properties: Any) -> dict[str, Any]:
    """A form/1."""
    schema = {"type": "object", "properties": properties, "required": required}
    return {"format": "form/1", "key": key, "title": title, "label": label, "schema": schema}


def text(title: str, **more: Any) -> dict[str, Any]:
    """A text field."""
    return {"type": "string", "title": title, **more}


def number(title: str, **more: Any) -> dict[str, Any]:
    """A number that is not below zero."""
    return {"type": "number", "minimum": 0, "title": title, **more}


def choice(title: str, *values: str) -> dict[str, Any]:
    """A choice among plain values."""
    return text(title, oneOf=[{"const": value} for value in values])


def day(title: str) -> dict[str, Any]:
    """A date."""
    return text(title, format="date")


def link(title: str, form: str) -> dict[str, Any]:
    """A link to a record of a form."""
    return text(title, **{"x-ref": {"form": form}})


def person(title: str) -> dict[str, Any]:
    """Somebody of the tenant."""
    return text(title, **{"x-ref": {"person": True}})


SECTORS = ("employment", "entertainment", "finance", "marketing", "medical", "retail", "services", "software",
           "technology", "telecommunications")  # fmt: skip

GRADING: dict[str, Any] = {
    "format": "flow/1",
    "key": "grading",
    "title": "Grade accounts",
    "settings": {"run_as": "system"},
    "nodes": [
        {"id": "made", "type": "trigger.record", "config": {"form": "account", "on": ["created"]}},
        {"id": "large", "type": "condition", "config": {"when": "record.revenue > 2000 and record.employees > 2000"}},
        {"id": "a", "type": "record.update", "config": {"record": "record.id", "set": {"grade": "'A'"}}},
        {"id": "b", "type": "record.update", "config": {"record": "record.id", "set": {"grade": "'B'"}}},
    ],
    "edges": [
        {"id": "e1", "source": "made", "port": "out", "target": "large"},
        {"id": "e2", "source": "large", "port": "true", "target": "a"},
        {"id": "e3", "source": "large", "port": "false", "target": "b"},
    ],
}

MAVEN: dict[str, Any] = {
    "format": "app/1",
    "key": "maven",
    "title": "Maven",
    "lang": "en",
    "forms": [
        form(
            "account", "Account", "account", ["account"],
            account=text("Account", **{"x-unique": True}),
            sector=choice("Sector", *SECTORS),
            year_established={"type": "integer", "title": "Year established"},
            revenue=number("Revenue", **{"x-currency": "USD", "x-scale": 2}),
            employees={"type": "integer", "minimum": 0, "title": "Employees"},
            office_location=text("Office location"),
            subsidiary_of=link("Subsidiary of", "account"),
            grade=choice("Grade", "A", "B"),
        ),
        form(
            "product", "Product", "product", ["product"],
            product=text("Product", **{"x-unique": True}),
            series=text("Series"),
            sales_price=number("Sales price", **{"x-currency": "USD", "x-scale": 2}),
        ),
        form(
            "opportunity", "Opportunity", "opportunity_id",
            ["opportunity_id", "sales_agent", "product", "account", "deal_stage"],
            opportunity_id=text("Opportunity", **{"x-unique": True}),
            sales_agent=person("Sales agent"),
            product=link("Product", "product"),
            account=link("Account", "account"),
            deal_stage=choice("Stage", "Prospecting", "Engaging", "Won", "Lost"),
            engage_date=day("Engaged"),
            close_date=day("Closed"),
            close_value=number("Value", **{"x-currency": "USD", "x-scale": 2}),
        ),
    ],
    "flows": [GRADING],
}  # fmt: skip

SUPERSTORE: dict[str, Any] = {
    "format": "app/1",
    "key": "superstore",
    "title": "超市",
    "lang": "zh-CN",
    "forms": [
        form(
            "region", "销售人员", "地区", ["地区", "地区经理"],
            地区=text("地区", **{"x-unique": True}),
            地区经理=text("地区经理"),
        ),
        form("order", "订单号", "订单 ID", ["订单 ID"], **{"订单 ID": text("订单 ID", **{"x-unique": True})}),
        form(
            "line", "订单", "行 ID", ["行 ID", "订单 ID", "客户名称", "地区", "产品名称", "销售额", "数量"],
            **{
                "行 ID": text("行 ID", **{"x-unique": True}),
                "订单 ID": link("订单 ID", "order"),
                "订单日期": day("订单日期"),
                "发货日期": day("发货日期"),
                "邮寄方式": choice("邮寄方式", "当日", "一级", "二级", "标准级"),
                "客户 ID": text("客户 ID"),
                "客户名称": text("客户名称"),
                "细分": choice("细分", "公司", "消费者", "小型企业"),
                "城市": text("城市"),
                "省/自治区": text("省/自治区"),
                "国家": text("国家"),
                "地区": link("地区", "region"),
                "产品 ID": text("产品 ID"),
                "类别": text("类别"),
                "子类别": text("子类别"),
                "产品名称": text("产品名称"),
                "销售额": number("销售额"),
                "数量": {"type": "integer", "minimum": 1, "title": "数量"},
                "折扣": number("折扣"),
                "利润": {"type": "number", "title": "利润"},
            },
        ),
        form(
            "return", "退货", "订单 ID", ["订单 ID", "退回"],
            **{"订单 ID": link("订单 ID", "order"), "退回": {"type": "boolean", "title": "退回"}},
        ),
    ],
}  # fmt: skip
