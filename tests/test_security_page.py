"""The page about attacks names every test there is for each of them, and none that is not there."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = {row[0]: row for row in re.findall(r"^\| (T\d\d) \| (.+?) \| (.+?) \| (.*?) ?\|$", PAGE, re.MULTILINE)}


def named_by_id() -> dict[str, set[str]]:
    """The tests of each attack, by the ids at the beginning of their names."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for name, ids in re.findall(r"def (test_((?:t\d\d_)+)\w+)", path.read_text(encoding="utf-8")):
            for id in ids.strip("_").split("_"):
                found.setdefault(id.upper(), set()).add(name)
    return found


def test_every_attack_has_a_row_in_order() -> None:
    assert list(ROWS) == [f"T{number:02}" for number in range(1, 45)]


def test_a_row_names_tests_that_are_there_or_says_that_there_is_nothing_to_attack() -> None:
    there = named_by_id()
    for id, (_, _, answer, named) in ROWS.items():
        listed = set(re.findall(r"`(\w+)`", named))
        assert listed <= there.get(id, set()), (id, sorted(listed - there.get(id, set())))
        assert bool(listed) != (answer == "not offered yet"), id


def test_what_is_not_offered_yet_has_no_tests_and_so_no_outdated_row() -> None:
    there = named_by_id()
    assert [id for id, row in ROWS.items() if row[2] == "not offered yet" and there.get(id)] == []
