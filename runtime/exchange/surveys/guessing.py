"""Which type of field a column would make a good one of, by what its values are and what its header says."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from runtime.exchange.surveys.columns import Column

MOST_OPTIONS = 40
LONG = 120
OFTEN = 3
"""A value of a choice comes so often on average."""

CURRENCIES = {"¥": "CNY", "￥": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}

_DAY = re.compile(r"日期|时间|日$|date|time|(^|[\s_])(on|at|day)$", re.I)
_MONEY = re.compile(
    r"金额|价格|单价|总价|价$|额$|费用|费$|款$|成本|利润|收入|营收|预算|工资|薪"
    r"|price|amount|revenue|cost|profit|sales$|budget|salary|fee|(close|deal|order)[_ ]value",
    re.I,
)
_ID = re.compile(
    r"编号|单号|代码|编码|号码|电话|手机|邮编|工号|账号|帐号|证号|号$"
    r"|phone|mobile|code|zip|postcode|number$|(^|[\s_])(id|no|nr)\.?$",
    re.I,
)
_YES = re.compile(r"^(是否|有无|已)|^(is|has|can|was)[\s_]", re.I)
_NAME = re.compile(r"名称|姓名|名字|标题|主题|name|title", re.I)


@dataclass(frozen=True)
class Guess:
    """A type by the name of its widget, and what goes with it."""

    type: str
    whole: bool = False
    scale: int = 2
    currency: str = ""
    options: list[str] = field(default_factory=list)


def guess(column: Column, people: Collection[str] = (), currency: str = "CNY") -> Guess:
    """The type of a column; `people` are the names of members, `currency` is that of money without a sign."""
    if _is_yes_no(column):
        return Guess("yes_no")
    if _is_day(column):
        return Guess("datetime" if column.has_clock else "date")
    if _is_number(column):
        return _number(column, currency)
    if _is_people(column, people):
        return Guess("person")
    if is_choice(column):
        return Guess("choice", options=list(column.values))
    return Guess("long_text" if column.longest > LONG or column.has_lines else "text")


def names_rows(column: Column) -> bool:
    """Whether its header says that it names what the row is about."""
    return bool(_NAME.search(column.header))


def numbers_rows(column: Column) -> bool:
    """Whether its header says that it is a number by which something is known, not one to reckon with."""
    return bool(_ID.search(column.header))


def is_choice(column: Column) -> bool:
    """Whether few values come again and again."""
    few = 2 <= column.distinct <= MOST_OPTIONS and not column.crowded
    return few and column.filled >= OFTEN * column.distinct and column.longest <= LONG // 2


def _is_yes_no(column: Column) -> bool:
    if not column.fits("yes_no") or column.distinct > OFTEN:
        return False
    return bool(_YES.search(column.header)) or not column.fits("number")


def _is_day(column: Column) -> bool:
    if not column.fits("date"):
        return False
    if column.is_typed or not column.fits("number"):
        return True  # a plain number is a day only where the header says so
    return bool(_DAY.search(column.header)) and column.low is not None and column.low > 20_000 and not column.decimals


def _is_number(column: Column) -> bool:
    known_by = column.id_like or numbers_rows(column)
    return column.fits("number") and not (known_by and column.whole == column.filled)


def _number(column: Column, currency: str) -> Guess:
    whole = not column.decimals
    scale = min(max(column.decimals, 2), 4)
    if column.sign or _MONEY.search(column.header):
        return Guess("money", scale=scale, currency=CURRENCIES.get(column.sign, currency))
    return Guess("number", whole=whole, scale=column.decimals)


def _is_people(column: Column, people: Collection[str]) -> bool:
    known = sum(1 for value in column.values if value in people)
    return known >= 2 and known >= 0.8 * len(column.values)
