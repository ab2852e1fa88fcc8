"""How fast the machine itself is at a moment: on a shared one that changes within minutes, and every figure with it."""

import time

LOOP = 500_000
TRIES = 3
SLOW = 0.8
"""Below this share of the best pace of a run, a figure says at which pace it was measured."""


def pace() -> float:
    """How often per second a fixed loop is done, the best of some tries."""
    return 1 / min(_seconds() for _ in range(TRIES))


def _seconds() -> float:
    started, total = time.perf_counter(), 0
    for number in range(LOOP):
        total += number
    return time.perf_counter() - started


def told(cell: str, share: float) -> str:
    """A figure, with the pace at which it was measured where that was slow; `share` is of the best pace."""
    return cell if share >= SLOW else f"{cell}; machine at {share:.2f}"
