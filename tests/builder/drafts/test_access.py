"""Who may see and change a question, read and written one mark at a time."""

from typing import Any

import pytest

from builder.drafts.access import Access, accesses, unknown, with_access, without_unknown

OWN = {"form": "visit", "rows": "record.owner == me.id", "read": ["*"], "write": ["*"], "acts": ["create", "update"]}
LATE = {"form": "visit", "rows": "record.stage == 'late'", "read": ["a", "b"], "write": ["a"], "acts": ["update"]}
OTHER = {"form": "order", "read": ["*"], "write": [], "acts": []}


def role(*policies: dict[str, Any]) -> dict[str, Any]:
    return {"format": "role/1", "key": "rep", "title": "销售", "policies": list(policies)}


def test_every_policy_of_the_form_says_what_it_lets_see_and_change() -> None:
    assert list(accesses(role(OTHER, OWN, LATE), "visit", "b")) == [
        Access(1, "own", "record.owner == me.id", reads=True, writes=True, may_write=True),
        Access(2, "", "record.stage == 'late'", reads=True, writes=False, may_write=True),
    ]
    assert list(accesses(role(OTHER), "order", "x")) == [Access(0, "all", "", True, False, False)]


def test_a_question_taken_out_of_all_is_an_exception_so_that_later_ones_stay_in() -> None:
    changed = with_access(role(OWN), 0, "cost", "write", False)
    assert changed["policies"] == [{**OWN, "write_except": ["cost"]}]
    changed = with_access(changed, 0, "cost", "read", False)
    assert changed["policies"] == [{**OWN, "read_except": ["cost"], "write_except": ["cost"]}]
    assert with_access(changed, 0, "cost", "write", True) == role(OWN)


def test_a_list_of_chosen_questions_stays_one() -> None:
    assert with_access(role(LATE), 0, "c", "write", True)["policies"] == [
        {**LATE, "read": ["a", "b", "c"], "write": ["a", "c"]}
    ]
    assert with_access(role(LATE), 0, "a", "read", False)["policies"] == [{**LATE, "read": ["b"], "write": []}]


@pytest.mark.parametrize("kind", ["read", "write"])
def test_nothing_else_of_a_role_is_touched(kind: Any) -> None:
    before = role(OTHER, OWN, LATE)
    after = with_access(before, 2, "b", kind, False)
    assert before == role(OTHER, OWN, LATE)
    assert after["policies"][:2] == [OTHER, OWN]
    assert {key: after["policies"][2][key] for key in ("form", "rows", "acts")} == {
        key: LATE[key] for key in ("form", "rows", "acts")
    }


def test_what_was_taken_out_of_a_form_is_told_and_named_no_more() -> None:
    old = role({**OWN, "read_except": ["cost", "name"]}, LATE)
    fields = {"visit": ["name", "a"]}
    assert unknown(old, fields) == ["cost", "b"]
    assert without_unknown(old, fields) == role({**OWN, "read_except": ["name"]}, {**LATE, "read": ["a"]})
