"""What is aimed at on PostgreSQL, on two cores shared with load generator and database."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """A figure to reach: at most, or at least."""

    figure: float
    unit: str
    at_least: bool = False

    def is_met(self, seen: float) -> bool:
        """Whether what was seen reaches it."""
        return seen >= self.figure if self.at_least else seen <= self.figure

    def told(self, seen: float | None) -> str:
        """The aim in words, and whether it is met."""
        words = f"{'≥' if self.at_least else '≤'} {self.figure:g} {self.unit}"
        return words if seen is None else f"{words}: {'met' if self.is_met(seen) else 'missed'}"


MILLISECONDS = "ms p50"
SUBMIT_1, SUBMIT_8, SUBMIT_32 = (f"submit 12 fields, {n} client{'s' * (n > 1)}" for n in (1, 8, 32))
EFFECT = "submit → effect of its flow visible"
SUSTAINED = "flow runs sustained, 8 clients"
AT_REST = "memory of all processes at rest (PSS)"
COLD = "cold start, data there, until the first page"
FIRST, LATER = "50 by two filters and a sort, JSON, first", "… at position 90,000"
GROUPS = "group count"
PAGE, PAGE_LATER = "the same list as a page, first", "… page at position 90,000"
UNFOLD = "unfold in a form of 200 fields"
BOARD = "board with 8,800 cards, in Chromium"

AIMS: Mapping[str, Aim] = {
    SUBMIT_1: Aim(3, MILLISECONDS),
    SUBMIT_8: Aim(0.7, "of bare", at_least=True),
    EFFECT: Aim(10, MILLISECONDS),
    SUSTAINED: Aim(400, "runs/s", at_least=True),
    AT_REST: Aim(200, "MiB"),
    FIRST: Aim(3, MILLISECONDS),
    LATER: Aim(3, MILLISECONDS),
    GROUPS: Aim(20, MILLISECONDS),
    PAGE: Aim(8, MILLISECONDS),
    UNFOLD: Aim(30, MILLISECONDS),
    COLD: Aim(3, "s"),
    BOARD: Aim(300, MILLISECONDS),
}
