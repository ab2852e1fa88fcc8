"""What one side changed, taken over into what the other made of the same base."""

from typing import Any

import pytest

from builder.drafts.merging import Overlap, merge

FIELDS = {"a": {"title": "甲"}, "b": {"title": "乙"}}
BASE = {"title": "拜访", "fields": FIELDS, "required": ["a"], "rules": [{"if": 1}]}


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ({}, {"title": "别的"}, {"title": "别的"}),
        ({"title": "拜访记录"}, {"required": []}, {"title": "拜访记录", "required": []}),
        (
            {"fields": {"a": {"title": "甲"}}},
            {"fields": {**FIELDS, "c": {"title": "丙"}}},
            {"fields": {"a": {"title": "甲"}, "c": {"title": "丙"}}},
        ),
        ({"required": []}, {"required": ["a", "b"]}, {"required": ["b"]}),
        ({"rules": []}, {"rules": [{"if": 1}, {"if": 2}]}, {"rules": [{"if": 2}]}),
    ],
)
def test_changes_in_different_places_are_both_kept(ours: Any, theirs: Any, merged: Any) -> None:
    assert merge(BASE, BASE | ours, BASE | theirs) == BASE | merged


def test_an_order_that_we_changed_is_kept_and_what_they_added_stands_after_its_neighbour() -> None:
    base = {"a": 1, "b": 2, "c": 3}
    assert list(merge(base, {"c": 3, "a": 1, "b": 2}, {"a": 1, "a2": 9, "b": 2, "c": 3})) == ["c", "a", "a2", "b"]
    assert list(merge(base, {"a": 1, "c": 3}, {"c": 3, "b": 2, "a": 1})) == ["c", "a"]


@pytest.mark.parametrize(
    ("ours", "theirs", "at"),
    [
        ({"title": "一"}, {"title": "二"}, "/title"),
        ({"fields": {"b": {"title": "乙"}}}, {"fields": {"a": {"title": "A"}, "b": {"title": "乙"}}}, "/fields/a"),
        ({"rules": [{"if": 2}]}, {"rules": [{"if": 3}]}, "/rules/0/if"),
    ],
)
def test_the_same_place_changed_twice_is_said(ours: Any, theirs: Any, at: str) -> None:
    with pytest.raises(Overlap) as overlap:
        merge(BASE, BASE | ours, BASE | theirs)
    assert overlap.value.at == at
