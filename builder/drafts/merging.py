"""Three-way merging of documents: what one side changed, taken over into what the other side made of the same base.

This is how an act is undone after somebody else has changed the draft: the act is the base, what was there before it
is ours, what is there now is theirs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.documents.bounds import pointer

Map = Mapping[str, Any]
_GONE: Any = object()


class Overlap(Exception):
    """Both sides changed the same place in different ways; `at` is its JSON Pointer."""

    def __init__(self, at: str) -> None:
        super().__init__(at)
        self.at = at


def merge(base: Any, ours: Any, theirs: Any, at: str = "") -> Any:
    """Their document with our changes in it; raises Overlap. What both agree on stays as it is, the order of keys too.

    Lists of one length are merged place by place, others by what stands in them.
    """
    if _same(ours, base) or _same(ours, theirs):
        return theirs
    if _same(theirs, base):
        return ours
    if all(isinstance(side, dict) for side in (base, ours, theirs)):
        return _merged_maps(base, ours, theirs, at)
    if all(isinstance(side, list) for side in (base, ours, theirs)):
        return _merged_lists(base, ours, theirs, at)
    raise Overlap(at)


def _same(one: Any, other: Any) -> bool:
    """Equal, and in the same order: the order of a form's keys is that of its questions."""
    return one is other or (_GONE not in (one, other) and _text(one) == _text(other))


def _text(value: Any) -> str:
    return json.dumps(value, default=str)


def _merged_maps(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], at: str
) -> dict[str, Any]:
    merged = {}
    for key in _merged_order(list(base), list(ours), list(theirs)):
        before, mine, now = (side.get(key, _GONE) for side in (base, ours, theirs))
        value = merge(before, mine, now, at + pointer(key))
        if value is not _GONE:
            merged[key] = value
    return merged


def _merged_lists(base: list[Any], ours: list[Any], theirs: list[Any], at: str) -> list[Any]:
    if len(base) == len(ours) == len(theirs):
        sides = zip(base, ours, theirs, strict=True)
        return [merge(before, mine, now, at + pointer(place)) for place, (before, mine, now) in enumerate(sides)]
    before, mine, now = ({_text(item): item for item in side} for side in (base, ours, theirs))
    return list(_merged_maps(before, mine, now, at).values())


def _merged_order(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """All keys: in their order, unless we changed the order of what was there; new ones after their neighbour."""
    moved = [key for key in ours if key in base] != [key for key in base if key in ours]
    leading, following = (ours, theirs) if moved else (theirs, ours)
    order, before = list(leading), -1
    for key in following:
        if key not in order:
            order.insert(before + 1, key)
        before = order.index(key)
    return order
