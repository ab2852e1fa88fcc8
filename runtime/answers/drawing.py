"""In which order questions are drawn: an unfolded one right after the one that unfolds it, unless the form says."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from runtime.answers.blocks import Block


class Place(NamedTuple):
    """Where a name may be drawn; `block` None: whichever block asks it."""

    name: str
    block: int | None


class Drawing:
    """The places of all names, found once; `order` then picks what is asked."""

    def __init__(self, blocks: Sequence[Block], ui: Mapping[str, Any]) -> None:
        wanted = ui.get("ui:order")
        self._wanted = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
        self._followers: dict[str, list[Place]] = {}
        self._roots = [Place(name, 0) for name in blocks[0].declared]
        declared = {name for block in blocks for name in block.declared}
        self._roots = self._ordered(self._roots, [name for name in self._wanted if name in declared])
        self._placed = {place.name for place in self._roots}
        waiting = list(range(1, len(blocks)))
        while waiting:
            ready = [index for index in waiting if blocks[index].reads & declared <= self._placed]
            for index in ready or waiting[:1]:  # conditions in a circle: somewhere it has to begin
                self._place(index, blocks)
                waiting.remove(index)
        self._all = list(self._walk())

    def _ordered(self, roots: list[Place], named: list[str]) -> list[Place]:
        """Roots as `ui:order` has them: the rest stands where the star is, else at the end."""
        rest = [place for place in roots if place.name not in named]
        star = self._wanted.index("*") if "*" in self._wanted else len(self._wanted)
        before = [Place(name, None) for name in named if self._wanted.index(name) < star]
        after = [Place(name, None) for name in named if self._wanted.index(name) > star]
        return list(dict.fromkeys(before)) + rest + list(dict.fromkeys(after))

    def _place(self, index: int, blocks: Sequence[Block]) -> None:
        block = blocks[index]
        around = _declared_around(block, blocks)
        deciding = self._last(block.reads & self._placed)
        for name in block.declared:
            if name in around or Place(name, None) in self._roots:
                continue
            places = self._roots if deciding is None else self._followers.setdefault(deciding, [])
            places.append(Place(name, index))
            self._placed.add(name)

    def _last(self, names: Collection[str]) -> str | None:
        """The one of these that is drawn last."""
        if len(names) < 2:
            return next(iter(names), None)
        return [name for name in self._walk() if name in names][-1]

    def order(self, asked: Collection[str], active: Sequence[bool] | None = None) -> tuple[str, ...]:
        """The asked names as they are drawn; `active` tells which blocks are asked (None: all)."""
        drawn = dict.fromkeys(self._walk(asked, active))
        for name in self._all:  # asked, but the question it follows is not
            if name in asked:
                drawn.setdefault(name)
        return tuple(drawn)

    def _walk(self, asked: Collection[str] | None = None, active: Sequence[bool] | None = None) -> Iterator[str]:
        seen: set[str] = set()
        stack = self._roots[::-1]
        while stack:
            name, block = stack.pop()
            folded = (active is not None and block is not None and not active[block]) or (
                asked is not None and name not in asked
            )
            if not folded and name not in seen:
                seen.add(name)
                yield name
                stack += reversed(self._followers.get(name, ()))


def _declared_around(block: Block, blocks: Sequence[Block]) -> set[str]:
    names: set[str] = set()
    while block.parent >= 0:
        block = blocks[block.parent]
        names.update(block.declared)
    return names
