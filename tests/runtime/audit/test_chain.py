"""The chain of hashes of the audit trail."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runtime.audit.chain import FIRST, Entry, broken, hash_of


def a_trail(length: int) -> list[Entry]:
    trail: list[Entry] = []
    for number in range(1, length + 1):
        previous = trail[-1].hash if trail else FIRST
        entry = Entry("t", number, datetime(2026, 1, 1, tzinfo=UTC), "m", "signed in", {"n": number}, previous)
        trail.append(replace(entry, hash=hash_of(entry)))
    return trail


def test_a_trail_as_it_was_written_holds() -> None:
    assert broken(a_trail(5)) is None
    assert broken([]) is None


@pytest.mark.parametrize("part", ["tenant_id", "actor_id", "act", "previous", "hash"])
def test_t43_any_changed_part_shows(part: str) -> None:
    trail = a_trail(5)
    trail[2] = replace(trail[2], **{part: "x"})
    assert broken(trail) == 3


def test_t43_an_entry_changed_with_its_own_hash_shows_at_the_next() -> None:
    trail = a_trail(5)
    changed = replace(trail[2], about={"n": 99})
    trail[2] = replace(changed, hash=hash_of(changed))
    assert broken(trail) == 4


def test_t43_a_gap_and_a_swap_show() -> None:
    trail = a_trail(5)
    assert broken([*trail[:2], *trail[3:]]) == 3
    assert broken(trail[1:]) == 1
    assert broken([trail[1], trail[0], *trail[2:]]) == 1
