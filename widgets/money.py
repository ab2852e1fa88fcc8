"""An amount of money in one currency."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Widget, described, given
from widgets.number import is_number, plain, read_number

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "TWD": "NT$", "KRW": "₩", "INR": "₹"}


def sign_of(schema: Mapping[str, Any]) -> str:
    """The sign that stands before an amount."""
    currency = str(schema.get("x-currency", "CNY"))
    return SIGNS.get(currency, currency)


class Money(Widget):
    """A Decimal with its currency's sign, thousands marks and the decimals it is kept with."""

    name = "money"
    title = "Money"
    icon = "currency-yuan"
    rank = 20
    slot = "number"
    align = "end"
    options: ClassVar[Mapping[str, Any]] = {
        "x-currency": {"type": "string", "enum": list(SIGNS), "title": "Currency"},
        "x-scale": {"type": "integer", "minimum": 0, "maximum": 4, "title": "Decimals"},
        "minimum": {"type": "number", "title": "Smallest value"},
        "maximum": {"type": "number", "title": "Largest value"},
    }

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") in ("number", "integer") and "x-currency" in schema

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "number", "x-currency": "CNY", "x-scale": 2, **described(schema, tuple(self.options))}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        text = given(raw)
        bare = text.lstrip("¥￥$€£").removeprefix(sign_of(field.schema)).strip()
        read = read_number(bare)
        return (read if is_number(read) else text) if text else None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        if not is_number(value):
            return plain(value)
        scale = int(field.schema.get("x-scale", 2))
        amount = Decimal(value).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        sign = sign_of(field.schema)
        gap = " " if sign.isalpha() else ""
        return f"{'-' if amount < 0 else ''}{sign}{gap}{abs(amount):,f}"

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": plain(value), "sign": sign_of(field.schema)}


widget = Money()
