"""Which column of one table names the rows of another: its values are, nearly all, those of the other's key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx

from runtime.exchange.surveys.columns import Column, Table
from runtime.exchange.surveys.guessing import names_rows, numbers_rows

ENOUGH = 0.8
"""This part of a column's values must be among the other's."""

FEW = 5
"""Of fewer different values no form is made."""

Place = tuple[int, int]
"""A column by its table's number and its own."""


@dataclass(frozen=True)
class Link:
    """That a column names the rows of a table; `share` is the part of its values that are there."""

    source: Place
    target: Place
    share: float


@dataclass(frozen=True)
class Shared:
    """A value that several tables speak of, though none is a list of it: it becomes a form of its own."""

    title: str
    places: tuple[Place, ...]


def key_of(table: Table) -> int | None:
    """The column by which the rows of a table are known: the one whose header says so, else the first that could be."""
    able = [place for place, column in enumerate(table.columns) if column.is_key and column.longest <= 200]
    texts = [place for place in able if not table.columns[place].fits("number") or numbers_rows(table.columns[place])]
    said = [place for place in texts if names_rows(table.columns[place]) or numbers_rows(table.columns[place])]
    first = [place for place in (said[:1] + texts[:1]) if not table.columns[place].fits("date") or place in said]
    return min(first) if first else None


def label_of(table: Table, key: int | None) -> int | None:
    """The column that a row is called by: a name that hardly repeats, else the key, else the first name or text."""
    columns = table.columns
    named = [place for place, column in enumerate(columns) if names_rows(column) and column.filled]
    telling = [place for place in named if columns[place].repeats <= columns[place].filled // 10]
    texts = [place for place, column in enumerate(columns) if column.filled and not column.fits("number")]
    return next(iter([*telling, *([key] if key is not None else []), *named, *texts]), None)


def links(tables: Sequence[Table]) -> list[Link]:
    """All links, none of which lead in a circle through several tables; of two from one column the better one."""
    keys = {number: key for number, table in enumerate(tables) if (key := key_of(table)) is not None}
    best: dict[Place, Link] = {}
    for number, table in enumerate(tables):
        for place, column in enumerate(table.columns):
            for link in _links_of((number, place), column, keys, tables):
                known = best.get(link.source)
                if known is None or _rank(link, tables) > _rank(known, tables):
                    best[link.source] = link
    return _without_circles(sorted(best.values(), key=lambda link: (-link.share, link.source)))


def shared(tables: Sequence[Table], linked: Sequence[Link]) -> list[Shared]:
    """What columns of the same name in several tables speak of, where one has nearly all values of the others."""
    taken = {link.source for link in linked} | {link.target for link in linked}
    by_header: dict[str, list[Place]] = {}
    for number, table in enumerate(tables):
        for place, column in enumerate(table.columns):
            if (number, place) not in taken and _names_something(column):
                by_header.setdefault(_folded(column.header), []).append((number, place))
    return [
        Shared(_at(tables, places[0]).header, tuple(places))
        for places in by_header.values()
        if len({number for number, _ in places}) > 1 and _speak_of_the_same(tables, places)
    ]


def _links_of(source: Place, column: Column, keys: dict[int, int], tables: Sequence[Table]) -> Iterator[Link]:
    if not column.filled or (column.crowded and not column.hashes):
        return
    for number, key in keys.items():
        target = tables[number].columns[key]
        if (number, key) == source or not _can_name(column, target, source[0] == number):
            continue
        share = _share(column, target)
        if share >= (ENOUGH if source[0] != number else 1):
            yield Link(source, (number, key), share)


def _can_name(column: Column, target: Column, same_table: bool) -> bool:
    """Whether it is worth a look: numbers link only by the same header, and a key links to its like only by name."""
    alike = _folded(column.header) == _folded(target.header)
    if column.fits("number") or column.fits("date") or column.is_key:
        return alike
    return alike or column.distinct >= (2 if not same_table else 1)


def _share(column: Column, target: Column) -> float:
    """The part of the column's different values that the target has."""
    if not target.hashes:
        return 0
    mine = column.hashes or {hash(value) for value in column.values}
    return len(mine & target.hashes) / len(mine)


def _rank(link: Link, tables: Sequence[Table]) -> tuple[bool, float]:
    alike = _folded(_at(tables, link.source).header) == _folded(_at(tables, link.target).header)
    return alike, link.share


def _without_circles(found: Sequence[Link]) -> list[Link]:
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    kept = []
    for link in found:
        source, target = link.source[0], link.target[0]
        if source != target and target in graph and source in graph and networkx.has_path(graph, target, source):
            continue
        if source != target:
            graph.add_edge(source, target)
        kept.append(link)
    return sorted(kept, key=lambda link: link.source)


def _names_something(column: Column) -> bool:
    return numbers_rows(column) and bool(column.hashes) and not column.fits("date")


def _speak_of_the_same(tables: Sequence[Table], places: Sequence[Place]) -> bool:
    columns = [_at(tables, place) for place in places]
    largest = max(columns, key=lambda column: column.distinct)
    return largest.distinct >= FEW and all(_share(column, largest) >= ENOUGH for column in columns)


def _at(tables: Sequence[Table], place: Place) -> Column:
    return tables[place[0]].columns[place[1]]


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").split())
