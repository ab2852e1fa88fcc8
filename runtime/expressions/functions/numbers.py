"""Functions over numbers."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from runtime.expressions.errors import EvaluationError
from runtime.expressions.functions.table import NUMBER, TEXT, Run, define, first_type
from runtime.expressions.values import bounded
from runtime.i18n import message

_MAX_PLACES = 20
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)


def whole(number: Decimal) -> int:
    """A number as an int; raises EvaluationError when it has a fraction."""
    if number != number.to_integral_value():
        raise EvaluationError(message("A whole number is needed here."))
    return int(number)


def rounded(number: Decimal, places: Decimal, how: str) -> Decimal:
    """A number with so many digits behind its point; negative places round to tens, hundreds, …"""
    digits = whole(places)
    if abs(digits) > _MAX_PLACES:
        raise EvaluationError(message("Round to at most %(most)s places.", most=_MAX_PLACES))
    result = number.quantize(Decimal(1).scaleb(-digits), how, _WIDE)
    return result if digits >= 0 else result.quantize(Decimal(1), how, _WIDE)


@define("ROUND(number, places)", NUMBER, NUMBER, gives_kind="number", optional=1)
def round_(run: Run, number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Half goes up, away from zero, as in sheets."""
    return rounded(number, places, ROUND_HALF_UP)


@define("FLOOR(number, places)", NUMBER, NUMBER, gives_kind="number", optional=1)
def floor(run: Run, number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Rounded down."""
    return rounded(number, places, ROUND_FLOOR)


@define("CEILING(number, places)", NUMBER, NUMBER, gives_kind="number", optional=1)
def ceiling(run: Run, number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Rounded up."""
    return rounded(number, places, ROUND_CEILING)


@define("ABS(number)", NUMBER | {"duration"}, like=first_type)
def abs_(run: Run, value: Any) -> Any:
    """Without its sign."""
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


@define("VALUE(text)", TEXT | NUMBER, gives_kind="number")
def value(run: Run, text: str | Decimal) -> Decimal:
    """The number a text shows, `1,234.5` and `12%` too."""
    if isinstance(text, Decimal):
        return text
    shown = text.strip().replace(",", "")
    percent = shown.endswith("%")
    digits = shown[:-1] if percent else shown
    bare = digits.lstrip("+-")
    if len(digits) - len(bare) > 1 or len(bare) > 60 or not bare.replace(".", "", 1).isdecimal():
        raise EvaluationError(message("This text is not a number."))
    return bounded(Decimal(digits) / (100 if percent else 1))


FUNCTIONS = (round_, floor, ceiling, abs_, value)
