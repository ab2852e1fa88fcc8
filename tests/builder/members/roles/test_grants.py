"""A role as a table, and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from builder.members.roles.grants import granted, grants, marked

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parents[3] / "documents" / "app.json").read_text())
FORMS = [{"key": "visit", "title": "拜访"}, {"key": "order", "title": "订单"}]
NOBODY: dict[str, Any] = {"key": "rep", "title": "销售", "policies": []}


@pytest.mark.parametrize("rows", ["own", "department", "all"])
def test_what_is_granted_is_shown_again(rows: str) -> None:
    role = granted(NOBODY, {"visit": (rows, {"update", "create"})})
    visit, order = grants(role, FORMS, "zh-CN")
    assert (visit.rows, visit.acts, visit.plain) == (rows, {"create", "update"}, True)
    assert (order.rows, order.plain) == ("", True)


def test_who_may_change_nothing_may_write_nothing() -> None:
    assert granted(NOBODY, {"visit": ("all", ())})["policies"] == [
        {"form": "visit", "read": ["*"], "write": [], "acts": []}
    ]


def test_no_access_leaves_no_policy() -> None:
    role = granted(NOBODY, {"visit": ("own", {"create"})})
    assert granted(role, {"visit": ("", {"create"})})["policies"] == []


def test_what_a_row_cannot_say_stays_as_it_is() -> None:
    rep = next(role for role in GOLDEN["roles"] if role["key"] == "rep")
    shown = {grant.form: grant.plain for grant in grants(rep, GOLDEN["forms"], "zh-CN")}
    assert not shown["customer"]
    assert shown["visit"]
    changed = granted(rep, {"visit": ("all", {"create"})})
    assert [one for one in changed["policies"] if one["form"] == "customer"] == [
        one for one in rep["policies"] if one["form"] == "customer"
    ]


def test_chosen_fields_stay_when_rows_and_acts_change() -> None:
    role = granted(NOBODY, {"visit": ("own", {"create"})})
    chosen = marked(role, {"visit": ["a", "b"]}, {0: (["a"], ["a"])})
    (policy,) = granted(chosen, {"visit": ("all", {"create", "update"})})["policies"]
    assert policy == {"form": "visit", "read": ["*"], "read_except": ["b"], "write": ["*"], "write_except": ["b"],
                      "acts": ["create", "update"]}  # fmt: skip
    assert grants(chosen, FORMS, "zh-CN")[0].plain


def test_unseeing_a_question_wins_over_its_other_mark() -> None:
    role = granted(NOBODY, {"visit": ("own", {"create"})})
    (policy,) = marked(role, {"visit": ["a", "b"]}, {0: (["b"], ["a", "b"])})["policies"]
    assert (policy["read_except"], policy["write_except"]) == (["a"], ["a"])
