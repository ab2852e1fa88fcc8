"""What type of field a column would make."""

import datetime
from typing import Any

import pytest

from runtime.exchange.surveys.columns import Budget, Column, Table
from runtime.exchange.surveys.guessing import Guess, guess


def column(header: str, *cells: Any) -> Column:
    seen = Column(header)
    for cell in cells:
        seen.take(cell)
    return seen


DAY, MOMENT = datetime.datetime(2026, 3, 1), datetime.datetime(2026, 3, 1, 9, 30)


@pytest.mark.parametrize(
    ("header", "cells", "wanted"),
    [
        ("客户名称", ["甲公司", "乙公司", "丙公司"], "text"),
        ("备注", ["短", "很长的一段话" * 30], "long_text"),
        ("地址", ["一行\n两行", "x"], "long_text"),
        ("数量", [1, 2, 3.0], "number"),
        ("数量", ["1", "2,000", "3"], "number"),
        ("折扣", [0.1, 0.25, "15%"], "number"),
        ("合同金额", ["1200.50", "3"], "money"),
        ("Total", ["$1,200.00", "$3"], "money"),
        ("close_value", ["1054", "4514"], "money"),
        ("电话", ["13800001111", "13800002222"], "text"),
        ("Phone", [13800001111.0, 13800002222.0], "text"),
        ("订单编号", ["1", "2", "3"], "text"),
        ("customer_id", [1, 2, 3], "text"),
        ("邮编", ["010000", "200000"], "text"),
        ("序列", ["00012", "00013"], "text"),
        ("year_established", ["1996", "2001"], "number"),
        ("签约日期", ["2026-03-01", "2026/3/2", "2026年3月3日"], "date"),
        ("签约日期", [45000, 45001], "date"),
        ("签约日期", ["20260301", "20260302"], "date"),
        ("day", [DAY, DAY], "date"),
        ("数量", [45000, 45001], "number"),
        ("拜访时间", ["2026-03-01 09:30", "2026-03-02 10:00"], "datetime"),
        ("seen", [MOMENT, DAY], "datetime"),
        ("退回", ["是", "否", "是"], "yes_no"),
        ("退回", ["是", "是"], "yes_no"),
        ("active", [True, False], "yes_no"),
        ("是否参与集采", ["1", "0"], "yes_no"),
        ("层数", ["1", "0", "1"], "number"),
        ("阶段", ["赢单", "输单", "跟进"] * 4, "choice"),
        ("阶段", ["赢单", "输单", "跟进"], "text"),
        ("国家", ["中国"] * 20, "text"),
        ("空列", [None, ""], "text"),
    ],
)
def test_a_column_is_guessed_by_its_values_and_its_header(header: str, cells: list[Any], wanted: str) -> None:
    assert guess(column(header, *cells)).type == wanted


def test_a_few_values_that_do_not_fit_change_nothing() -> None:
    assert guess(column("数量", *range(98), "暂无", "待定")).type == "number"
    assert guess(column("数量", *range(20), "暂无", "待定")).type == "text"


def test_whole_numbers_and_decimals_are_told_apart() -> None:
    assert guess(column("数量", "1", "2")).whole
    assert guess(column("重量", "1", "2.125")) == Guess("number", whole=False, scale=3)


def test_money_is_in_the_currency_of_its_sign_else_in_that_of_the_tenant() -> None:
    assert guess(column("金额", "¥12", "￥3")).currency == "CNY"
    assert guess(column("price", "€12")).currency == "EUR"
    assert guess(column("price", "12"), currency="USD").currency == "USD"
    assert guess(column("price", "1.125")).scale == 3


def test_a_choice_offers_what_it_has_seen() -> None:
    assert guess(column("阶段", *["赢单", "输单"] * 3)).options == ["赢单", "输单"]


def test_names_of_members_make_a_person() -> None:
    names = ["李娜", "王强", "李娜", "外人", "李娜", "赵敏", "钱进"]
    assert guess(column("负责人", *names), people={"李娜", "王强", "赵敏", "钱进"}).type == "person"
    assert guess(column("负责人", *names), people={"李娜"}).type == "text"


def test_a_key_has_a_value_in_each_row_and_no_value_twice() -> None:
    assert column("编号", "a", "b").is_key
    assert not column("编号", "a", "a").is_key
    assert not column("编号", "a", None).is_key
    assert not column("编号").is_key


def test_what_is_kept_is_bounded() -> None:
    table = Table("t", ["a", "b"], Budget(1_000))
    for number in range(800):
        table.take((f"a{number}", f"b{number}"))
    one, other = table.columns
    assert (one.hashes, other.is_key) == (None, True)
    assert not one.is_key
    assert len(one.values) == len(other.values) == 200
    assert one.crowded
