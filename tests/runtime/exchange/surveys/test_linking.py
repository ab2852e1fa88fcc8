"""Which column names the rows of which table."""

from collections.abc import Sequence
from typing import Any

from runtime.exchange.sheets import open_table, sheet_names
from runtime.exchange.surveys.columns import Table
from runtime.exchange.surveys.findings import findings
from runtime.exchange.surveys.linking import key_of, label_of, links, shared
from tests.real_data import SHARED, needs_real_data


def table(title: str, header: Sequence[str], *rows: Sequence[Any]) -> Table:
    seen = Table(title, header)
    for row in rows:
        seen.take(tuple(row))
    return seen


def named(tables: Sequence[Table]) -> list[tuple[str, str]]:
    """Each link as "table.column" and the title of the table it leads to."""
    return [
        (f"{tables[link.source[0]].title}.{tables[link.source[0]].columns[link.source[1]].header}",
         tables[link.target[0]].title)
        for link in links(tables)
    ]  # fmt: skip


ACCOUNTS = table(
    "accounts", ["account", "parent"], ["甲", None], ["乙", "甲"], ["丙", "甲"], ["丁", None], ["戊", "乙"]
)


def test_the_key_is_the_column_that_says_so_else_the_first_that_can_be() -> None:
    assert key_of(table("t", ["数量", "备注", "编号"], [1, "x", "a"], [2, "y", "b"])) == 1
    assert key_of(table("t", ["城市", "编号"], ["a", "1"], ["a", "2"])) == 1
    assert key_of(table("t", ["数量"], [1], [2])) is None
    assert key_of(table("t", ["城市"], ["a"], ["a"])) is None


def test_a_record_is_called_by_its_name_unless_that_repeats() -> None:
    rows = [[f"c{n}", f"公司{n}"] for n in range(20)]
    assert label_of(table("t", ["编号", "客户名称"], *rows), 0) == 1
    repeats = [[f"c{n}", "公司"] for n in range(20)]
    assert label_of(table("t", ["编号", "客户名称"], *repeats), 0) == 0


def test_a_column_whose_values_are_those_of_a_key_is_a_link() -> None:
    deals = table("deals", ["no", "account"], ["1", "甲"], ["2", "乙"], ["3", "甲"])
    assert named([ACCOUNTS, deals]) == [("accounts.parent", "accounts"), ("deals.account", "accounts")]


def test_a_few_values_that_are_not_there_are_no_hindrance_and_many_are() -> None:
    few = table("deals", ["no", "account"], *[[str(n), name] for n, name in enumerate("甲乙丙丁戊己甲乙")])
    assert ("deals.account", "accounts") in named([ACCOUNTS, few])
    many = table("deals", ["no", "account"], *[[str(n), name] for n, name in enumerate("甲乙己庚辛甲乙")])
    assert ("deals.account", "accounts") not in named([ACCOUNTS, many])


def test_numbers_that_happen_to_be_among_others_are_no_link() -> None:
    lines = table("lines", ["行号", "数量"], *[[str(n), n % 5] for n in range(1, 40)])
    orders = table("orders", ["编号", "件数"], *[[f"x{n}", n % 7 + 1] for n in range(40)])
    assert named([lines, orders]) == []


def test_links_do_not_lead_in_a_circle() -> None:
    one = table("one", ["name", "other"], ["a", "x"], ["b", "y"], ["c", "x"])
    other = table("other", ["name2", "one"], ["x", "a"], ["y", "b"], ["z", "a"])
    assert len(named([one, other])) == 1


def test_a_number_that_several_tables_speak_of_becomes_a_form_of_its_own() -> None:
    lines = table("lines", ["行号", "订单号"], *[[str(n), f"o{n // 2}"] for n in range(20)])
    returns = table("returns", ["订单号", "退回"], ["o1", "是"], ["o3", "是"])
    tables = [lines, returns]
    assert [(one.title, one.places) for one in shared(tables, links(tables))] == [("订单号", ((0, 1), (1, 0)))]
    found = findings(tables)
    assert (found[2]["from"], found[2]["rows"]) == ([[0, 1], [1, 0]], 10)
    assert [found[0]["columns"][1]["link"], found[1]["columns"][0]["link"], found[1]["key"]] == [2, 2, None]


@needs_real_data
def test_real_tables_are_understood() -> None:
    tables = []
    for path in sorted((SHARED / "maven_crm").glob("*.csv")):
        tables.append(opened(path))
    assert named(tables) == [
        ("accounts.subsidiary_of", "accounts"),
        ("sales_pipeline.sales_agent", "sales_teams"),
        ("sales_pipeline.product", "products"),  # although every sixth row says GTXPro, which no product is called
        ("sales_pipeline.account", "accounts"),
    ]
    kinds = {column["header"]: column["type"] for one in findings(tables) for column in one["columns"]}
    assert (kinds["sector"], kinds["revenue"], kinds["engage_date"]) == ("choice", "money", "date")
    assert (kinds["opportunity_id"], kinds["year_established"], kinds["deal_stage"]) == ("text", "number", "choice")


@needs_real_data
def test_a_real_chinese_workbook_is_understood() -> None:
    path = SHARED / "chinese_superstore/superstore-zh.xls"
    tables = [opened(path, sheet, 1_500) for sheet in sheet_names(path)]
    assert named(tables) == [("订单.地区", "销售人员")]
    found = findings(tables)
    kinds = {column["header"]: column["type"] for column in found[0]["columns"]}
    assert (kinds["订单日期"], kinds["省/自治区"], kinds["销售额"], kinds["行 ID"]) == (
        "date",
        "choice",
        "money",
        "text",
    )
    assert (kinds["地区"], kinds["细分"], kinds["折扣"]) == ("link", "choice", "number")


def opened(path: Any, sheet: str = "", most: int = 10_000) -> Table:
    read = open_table(path, path.name, sheet)
    return table(sheet or path.stem, read.header, *[row for _, (_, row) in zip(range(most), read.rows, strict=False)])
