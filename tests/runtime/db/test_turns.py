"""Turns: whose expensive question is asked now, who waits, who is refused."""

import os
import signal
import threading
import time

import pytest

from runtime.contracts import Busy
from runtime.db.turns import CREDIT, LONGEST_REST, PATIENCE, PRESENCE, REST, WAITING, Machine, Turns

BIG, SMALL = "big", "small"
LONG = 60


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    """Turns with two tenants about."""
    made = Turns(clock)
    made.come(BIG)
    made.come(SMALL)
    return made


def waits(turns: Turns, tenant_id: str, then: list[str]) -> threading.Thread:
    """Somebody who waits for a turn in a thread of their own, and says what came of it."""

    def ask() -> None:
        try:
            turns.take(tenant_id)
            then.append("asked")
        except Busy:
            then.append("refused")

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_t44_a_tenant_that_is_alone_asks_as_much_as_it_likes(turns: Turns, clock: Clock) -> None:
    clock.now += PRESENCE + 1
    turns.come(BIG)
    begun = [turns.take(BIG) for _ in range(20)]
    assert len(begun) == 20


def test_t44_beside_another_a_tenant_asks_one_question_at_a_time_and_the_other_is_not_held_up(turns: Turns) -> None:
    begun, then = turns.take(BIG), list[str]()
    second = waits(turns, BIG, then)
    turns.take(SMALL)
    second.join(0.05)
    assert then == []
    turns.give(BIG, begun)
    second.join(LONG)
    assert then == ["asked"]


def ask(turns: Turns, clock: Clock, took: float) -> None:
    begun = turns.take(BIG)
    clock.now += took
    turns.come(SMALL)
    turns.give(BIG, begun)


def test_t44_short_questions_now_and_then_need_no_rest_nor_do_some_at_once(turns: Turns, clock: Clock) -> None:
    for _ in range(200):
        ask(turns, clock, 0.02)
        clock.now += 0.08
    for _ in range(24):
        ask(turns, clock, 0.02)
    assert turns._rest(BIG) <= 0


def test_t44_who_owes_too_much_rests_four_times_as_long_as_it_took_and_no_longer_than_a_second(
    turns: Turns, clock: Clock
) -> None:
    ask(turns, clock, CREDIT / REST)
    for took, rest in ((0.125, 0.5), (30.0, LONGEST_REST)):
        begun, then = turns.take(BIG), list[str]()
        clock.now += took
        turns.come(SMALL)
        turns.give(BIG, begun)
        clock.now += rest - 0.01
        waiting = waits(turns, BIG, then)
        waiting.join(0.005)
        assert then == []
        clock.now += 0.01
        waiting.join(LONG)
        assert then == ["asked"]
        turns.give(BIG, clock.now)


def test_t44_few_wait_and_not_for_long(turns: Turns, clock: Clock) -> None:
    turns.take(BIG)
    then: list[str] = []
    waiting = [waits(turns, BIG, then) for _ in range(WAITING)]
    for _ in range(10_000):
        if turns._waiting[BIG] == WAITING:
            break
        time.sleep(0.005)
    with pytest.raises(Busy):
        turns.take(BIG)
    clock.now += PATIENCE
    turns.give(SMALL, turns.take(SMALL))  # whoever waits looks at the clock
    for thread in waiting:
        thread.join(LONG)
    assert then == ["refused"] * WAITING
    assert not turns._waiting[BIG]


def test_t44_another_tenant_is_seen_and_a_turn_is_taken_in_all_processes_of_the_machine(clock: Clock) -> None:
    machine = Machine()
    here, asked = Turns(clock, machine), list[str]()
    here.come(BIG)
    child = os.fork()
    if not child:
        there = Turns(clock, machine)
        there.come(BIG)
        there.come(SMALL)
        there.take(BIG)
        os.kill(os.getpid(), signal.SIGSTOP)  # a question that lasts
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    waiting = waits(here, BIG, asked)
    waiting.join(0.1)
    assert asked == []
    here.take(SMALL)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    waiting.join(LONG)
    assert asked == ["asked"], "a process that is killed holds nobody up"


def test_what_was_paid_is_forgotten(turns: Turns, clock: Clock) -> None:
    turns.give(SMALL, turns.take(SMALL))
    clock.now += 1
    turns.give(BIG, turns.take(BIG))
    assert SMALL not in turns._paid
