"""One column looked through cell by cell: what its values could be, how many differ, which come often.

What is kept is bounded: a table of two hundred thousand rows must not fill the memory.
"""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from runtime.exchange.cells import READERS, Unreadable, text_of
from runtime.exchange.sheets import Cell, Row

KEPT = 200
"""So many different values are kept with how often they come; a column with more is no choice."""

ALL_HASHES = 1_000_000
"""So many different values of all columns together are told apart; past that, further columns are of no use as keys."""

PROBES = ("number", "date", "yes_no")
TOLERATED = 0.03
"""This part of the values may not fit a type, and it is still the type: the import names each such row."""

EXAMPLES = 3
_CLOCK = re.compile(r"\d:\d{2}")
_SIGN = re.compile(r"^-?\s*([¥￥$€£])")
_MIDNIGHT = datetime.time()
_READ = {kind: READERS[kind]({}, ZoneInfo("UTC")) for kind in PROBES}


class Budget:
    """How many more values may be told apart, shared by the columns of a survey."""

    def __init__(self, left: int = ALL_HASHES) -> None:
        self.left = left

    def take(self) -> bool:
        """Whether one more may be kept."""
        self.left -= 1
        return self.left >= 0


class Column:
    """What was seen of one column; `hashes` is None once there were too many values to tell apart."""

    def __init__(self, header: str, budget: Budget | None = None) -> None:
        self.header = header
        self.filled = self.blank = self.repeats = self.longest = self.decimals = 0
        self.values: Counter[str] = Counter()
        self.crowded = self.has_lines = self.has_clock = self.is_typed = False
        self.whole = self.id_like = 0
        self.low: Decimal | None = None
        self.high: Decimal | None = None
        self.sign = ""
        self.hashes: set[int] | None = set()
        self.misfits = dict.fromkeys(PROBES, 0)
        self._budget = budget or Budget()

    @property
    def distinct(self) -> int:
        """How many values differ; where they could not be told apart, at least so many."""
        return len(self.hashes) if self.hashes is not None else len(self.values)

    @property
    def is_key(self) -> bool:
        """Whether each row has a value and no two have the same."""
        return bool(self.filled) and not self.blank and not self.repeats and self.hashes is not None

    @property
    def examples(self) -> Sequence[str]:
        """Some of its values, the first that came."""
        return list(self.values)[:EXAMPLES]

    def fits(self, kind: str) -> bool:
        """Whether all but a few values are of that type."""
        return bool(self.filled) and self.misfits[kind] <= TOLERATED * self.filled

    def take(self, cell: Cell) -> None:
        """Look at one more cell."""
        text = text_of(cell)
        if not text:
            self.blank += 1
            return
        self.filled += 1
        self._tell_apart(text)
        self.longest = max(self.longest, len(text))
        self.has_lines = self.has_lines or "\n" in text
        self._clock(cell, text)
        for kind in PROBES:
            if self.misfits[kind] <= TOLERATED * self.filled + 3:
                self._probe(kind, cell, text)

    def _tell_apart(self, text: str) -> None:
        if text in self.values or len(self.values) < KEPT:
            self.values[text] += 1
        else:
            self.crowded = True
        if self.hashes is None:
            return
        mark = hash(text)
        if mark in self.hashes:
            self.repeats += 1
        elif self._budget.take():
            self.hashes.add(mark)
        else:  # what this column has kept is of more use to the others
            self._budget.left += len(self.hashes)
            self.hashes = None

    def _clock(self, cell: Cell, text: str) -> None:
        if isinstance(cell, datetime.datetime):
            self.is_typed, self.has_clock = True, self.has_clock or cell.time() != _MIDNIGHT
        elif isinstance(cell, datetime.date):
            self.is_typed = True
        elif isinstance(cell, str) and _CLOCK.search(text):
            self.has_clock = True

    def _probe(self, kind: str, cell: Cell, text: str) -> None:
        try:
            read = _READ[kind](cell)
        except (Unreadable, OverflowError):
            self.misfits[kind] += 1
            return
        if kind == "number":
            self._size(Decimal(read), text)

    def _size(self, number: Decimal, text: str) -> None:
        self.low = number if self.low is None else min(self.low, number)
        self.high = number if self.high is None else max(self.high, number)
        exponent = number.as_tuple().exponent
        self.decimals = max(self.decimals, -exponent if isinstance(exponent, int) else 0)
        self.whole += number == number.to_integral_value()
        self.id_like += text.isdigit() and (len(text) > 10 or (len(text) > 1 and text[0] == "0"))
        found = _SIGN.match(text)
        self.sign = found.group(1) if found else self.sign


class Table:
    """What was seen of one sheet."""

    def __init__(self, title: str, header: Sequence[str], budget: Budget | None = None) -> None:
        self.title = title
        self.rows = 0
        self.columns = [Column(name, budget) for name in header]

    def take(self, row: Row) -> None:
        """Look at one more row."""
        self.rows += 1
        for place, column in enumerate(self.columns):
            column.take(row[place] if place < len(row) else None)
