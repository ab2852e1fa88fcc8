"""Numbers that several processes add to."""

import os

from runtime.http.tally import ROWS, Tally


def in_a_child(tally: Tally, place: int) -> None:
    if not (pid := os.fork()):
        tally.add((place, 1))
        os._exit(0)
    os.waitpid(pid, 0)


def test_what_every_process_counted_is_summed_and_stays_when_it_ends() -> None:
    tally = Tally(2)
    tally.add((0, 2), (1, 0.5))
    in_a_child(tally, 1)
    assert tally.sums() == [2, 1.5]


def test_more_processes_than_rows_lose_nothing() -> None:
    tally = Tally(1)
    tally.add((0, 1))
    for _ in range(ROWS + 5):
        in_a_child(tally, 0)
    tally.add((0, 1))
    assert tally.sums() == [ROWS + 7]
