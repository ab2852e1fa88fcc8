"""Real tables come in whole: every row is a record or is named with its reason, and what came in is of use at once."""

import datetime
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import xlrd
from flask import Flask
from sqlalchemy import func, select

from builder.publishing import service as publishing
from runtime import queue
from runtime.contracts import Actor
from runtime.db import db, loads, tenant
from runtime.events import Dispatch
from runtime.exchange import service as imports
from runtime.flows.draining.service import drain
from runtime.flows.models import FlowRun
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases.service import find_app
from tests.conftest import Home
from tests.real_data import EXCEL, MAVEN, SHARED, SUPERSTORE, needs_real_data, table

pytestmark = [
    needs_real_data,
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),  # on SQLite: tests/browser/test_real_tables.py
]

EXCEL_DAY_0 = datetime.date(1899, 12, 30)


class Office:
    """A tenant with an app, whose imports a worker carries out."""

    def __init__(self, app: Flask, home: Home, document: dict[str, Any]) -> None:
        self.flask, self.home = app, home
        found = doors.actor_of(home.member_id)
        assert found is not None
        self.boss: Actor = found[0]
        publishing.take_in(document, self.boss, live=True)
        self.key: str = document["key"]

    def take_in(self, form: str, path: Path, **asked: Any) -> Any:
        """Import a file as a worker does, until nothing is left to do."""
        folder = Path(self.flask.config["TRELLIS_HOME"])
        with path.open("rb") as stream:
            job = imports.start(find_app(self.key).id, form, stream, path.name, asked, self.boss, folder)
        while drain(self.flask.config):
            pass
        with tenant(self.home.tenant_id):
            return imports.look(job.id, self.boss)

    def notes(self, job: Any) -> Counter[tuple[str, str]]:
        """How many rows have what to be said about which field, read page by page."""
        found: Counter[tuple[str, str]] = Counter()
        last = 0
        while page := imports.notes(job.id, last):
            found.update((note.field, note.keyword) for note in page)
            last = page[-1].row
        return found

    def all(self, form: str, **query: Any) -> list[dict[str, Any]]:
        """The data of all records of a form, in the order asked for, page by page."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = records.page(find_app(self.key).id, form, Query(limit=200, cursor=cursor, **query), self.boss)
            found += [{**item.data, "id": item.id} for item in page.items]
            cursor = page.next
            if cursor is None:
                return found


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens to hints: the test itself looks for work."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def hire(teams: list[dict[str, str]]) -> None:
    """The regional offices with a department for each manager, and everybody in them."""
    offices = {name: departments.add(name).id for name in {row["regional_office"] for row in teams}}
    for manager, office in sorted({(row["manager"], row["regional_office"]) for row in teams}):
        head = identity.add_member(manager)
        team = departments.add(f"{office}, {manager}", offices[office], head.id)
        identity.change_member(head.id, manager, team.id)
        for row in teams:
            if row["manager"] == manager:
                identity.add_member(row["sales_agent"], None, team.id)


def test_maven_crm_comes_in_whole(app: Flask, home: Home) -> None:
    office, crm = Office(app, home, MAVEN), SHARED / "maven_crm"
    hire(table("sales_teams.csv"))
    accounts_come_in_and_are_graded(office, crm)
    products = office.take_in("product", crm / "products.csv")
    assert (products.created, products.refused, office.notes(products)) == (7, 0, Counter())
    opportunities_come_in(office, crm)
    opportunities_are_found_at_once(office, app)


def accounts_come_in_and_are_graded(office: Office, crm: Path) -> None:
    job = office.take_in("account", crm / "accounts.csv", lenient=True, flows=True)
    rows = table("accounts.csv")
    assert (job.state, job.done, job.created, job.refused) == ("done", len(rows), 85, 0)
    assert office.notes(job) == {("sector", "type"): sum(row["sector"] == "technolgy" for row in rows)}
    kept = office.all("account")
    names = {data["id"]: data["account"] for data in kept}
    above = {data["account"]: names[data["subsidiary_of"]] for data in kept if "subsidiary_of" in data}
    assert above == {row["account"]: row["subsidiary_of"] for row in rows if row["subsidiary_of"]}
    large = {row["account"] for row in rows if float(row["revenue"]) > 2000 and int(row["employees"]) > 2000}
    assert {data["account"] for data in kept if data["grade"] == "A"} == large
    assert Counter(data["grade"] for data in kept) == {"A": len(large), "B": 85 - len(large)}
    states = db.session.execute(select(FlowRun.state, func.count()).group_by(FlowRun.state)).all()
    assert [tuple(row) for row in states] == [("done", 85)]
    assert db.session.scalar(select(func.count()).select_from(Dispatch)) == 0


def opportunities_come_in(office: Office, crm: Path) -> None:
    rows = table("sales_pipeline.csv")
    unknown = sum(row["product"] == "GTXPro" for row in rows)
    blank = sum(not row["account"] for row in rows)
    broken = sum(row["product"] == "GTXPro" or not row["account"] for row in rows)
    job = office.take_in("opportunity", crm / "sales_pipeline.csv", lenient=True)
    assert (len(rows), unknown, blank) == (8_800, 1_480, 1_425)
    assert (job.state, job.done, job.created + job.refused, job.refused) == ("done", 8_800, 8_800, 0)
    assert office.notes(job) == {("product", "x-ref"): unknown, ("account", "required"): blank}
    assert imports.note_counts(job.id) == {"product": unknown, "account": blank}
    assert job.incomplete == broken
    first = next(number for number, row in enumerate(rows, start=2) if row["product"] == "GTXPro")
    note = next(note for note in imports.notes(job.id) if note.field == "product")
    assert (note.row, note.value) == (first, "GTXPro")


def opportunities_are_found_at_once(office: Office, app: Flask) -> None:
    token = doors.issue_token(office.home.member_id, ["records:read"])
    filter = {"and": [{"field": "deal_stage", "op": "eq", "value": "Won"},
                      {"field": "close_value", "op": "gte", "value": 5000}]}  # fmt: skip
    query = {"filter": json.dumps(filter), "sort": "-close_value,opportunity_id", "limit": 200}
    found: list[tuple[str, int]] = []
    while True:
        address = "/api/v1/apps/maven/forms/opportunity/records"
        answer = app.test_client().get(address, query_string=query, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        page = loads(answer.data)
        found += [(item["data"]["opportunity_id"], int(item["data"]["close_value"])) for item in page["items"]]
        if not page["next"]:
            break
        query["cursor"] = page["next"]
    won = [row for row in table("sales_pipeline.csv") if row["deal_stage"] == "Won" and int(row["close_value"]) >= 5000]
    expected = sorted(
        ((row["opportunity_id"], int(row["close_value"])) for row in won), key=lambda one: (-one[1], one[0])
    )
    assert found == expected
    assert page["count"] == len(expected)


def test_an_excel_workbook_of_three_chinese_sheets_comes_in_whole(app: Flask, home: Home) -> None:
    office = Office(app, home, SUPERSTORE)
    book = xlrd.open_workbook(str(EXCEL))
    sheets = {sheet.name: [sheet.row_values(row) for row in range(1, sheet.nrows)] for sheet in book.sheets()}
    job = office.take_in("region", EXCEL, sheet="销售人员")
    assert (job.created, office.notes(job)) == (6, Counter())
    job = office.take_in("order", EXCEL, sheet="订单", mode="upsert", key="订单 ID")
    orders = {row[1] for row in sheets["订单"]}
    assert (job.done, job.created, job.refused, office.notes(job)) == (10_000, len(orders), 0, Counter())
    assert (job.updated, job.unchanged) == (0, 10_000 - len(orders))
    job = office.take_in("return", EXCEL, sheet="退货")
    assert (job.created, job.refused, office.notes(job)) == (296, 0, Counter())
    job = office.take_in("line", EXCEL, sheet="订单")
    assert (job.created, job.refused, office.notes(job)) == (10_000, 0, Counter())
    lines_are_as_in_the_sheet(office, book.sheet_by_name("订单").row_values(0), sheets["订单"])


def lines_are_as_in_the_sheet(office: Office, header: list[str], rows: list[list[Any]]) -> None:
    orders = {data["id"]: data["订单 ID"] for data in office.all("order")}
    regions = {data["id"]: data["地区"] for data in office.all("region")}
    kept = {data["行 ID"]: data for data in office.all("line")}
    assert len(kept) == len(rows)
    for row in rows:
        sheet = dict(zip(header, row, strict=True))
        line = kept[f"{sheet['行 ID']:.0f}"]
        assert (orders[line["订单 ID"]], regions[line["地区"]]) == (sheet["订单 ID"], sheet["地区"])
        days = {name: (EXCEL_DAY_0 + datetime.timedelta(sheet[name])).isoformat() for name in ("订单日期", "发货日期")}
        assert {name: line[name] for name in days} == days
        numbers = ("销售额", "数量", "折扣", "利润")
        assert [float(line[name]) for name in numbers] == [sheet[name] for name in numbers]
        texts = set(header) - set(days) - set(numbers) - {"行 ID", "订单 ID", "地区"}
        assert {name: line[name] for name in texts} == {name: sheet[name] for name in texts}
