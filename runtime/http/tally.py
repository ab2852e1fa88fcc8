"""Numbers that all processes forked from one parent add to, and any of them can read."""

import os
from mmap import mmap
from threading import Lock

ROWS = 64
NUMBER = 8


class Tally:
    """`width` numbers that only grow. Each process adds in a row of its own, so that none waits for another.

    What a process counted stays when it ends: its row is taken over, with its numbers, by one that comes later.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._cells = memoryview(mmap(-1, ROWS * (width + 1) * NUMBER)).cast("d")  # shared by whoever is forked
        self._lock = Lock()
        self._start = -1

    def add(self, *amounts: tuple[int, float]) -> None:
        """Add each amount to the number at its place."""
        with self._lock:
            if self._start < 0 or self._cells[self._start] != os.getpid():
                self._start = self._take_row()
            for place, amount in amounts:
                self._cells[self._start + 1 + place] += amount

    def sums(self) -> list[float]:
        """All numbers, over all processes."""
        rows = range(1, len(self._cells), self._width + 1)
        return [sum(self._cells[row + place] for row in rows) for place in range(self._width)]

    def _take_row(self) -> int:
        """A row that nobody writes to; looked for from a place of one's own, as two may look at once."""
        mine = os.getpid()
        starts = [(mine + number) % ROWS * (self._width + 1) for number in range(ROWS)]
        start = next((start for start in starts if not _lives(int(self._cells[start]))), starts[0])
        self._cells[start] = mine
        return start


def _lives(process: int) -> bool:
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
