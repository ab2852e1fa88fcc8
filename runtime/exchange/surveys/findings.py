"""What a survey found, as plain JSON: what is shown for review, and what forms are made of.

`{"tables": [{"file", "sheet", "title", "rows", "key", "label", "from", "columns": [{"header", "type", "whole", "scale",
"currency", "options", "filled", "blank", "distinct", "examples", "unique", "link"}]}]}`. `link` is the number of the
table whose rows a column names, or null. A table with `from` (places `[table, column]`) is in no file of its own: it
gathers the different values of those columns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from runtime.exchange.surveys.columns import Column, Table
from runtime.exchange.surveys.guessing import MOST_OPTIONS, Guess, guess
from runtime.exchange.surveys.linking import key_of, label_of, links, shared

Found = dict[str, Any]


def findings(tables: Sequence[Table], people: Collection[str] = (), currency: str = "CNY") -> list[Found]:
    """The tables with types and links guessed, those that gather values of several last."""
    linked = links(tables)
    gathered = shared(tables, linked)
    targets = {link.source: link.target[0] for link in linked}
    targets |= {place: len(tables) + number for number, one in enumerate(gathered) for place in one.places}
    found = [_table(number, table, targets, people, currency) for number, table in enumerate(tables)]
    return found + [_gathered(one.title, one.places, tables) for one in gathered]


def _table(
    number: int, table: Table, targets: Mapping[tuple[int, int], int], people: Collection[str], currency: str
) -> Found:
    key = key_of(table)
    columns = [_column(column, guess(column, people, currency), targets.get((number, place)))
               for place, column in enumerate(table.columns)]  # fmt: skip
    if key is not None and columns[key]["link"] is not None:
        key = None  # a link tells records apart no more than what it leads to
    elif key is not None:
        columns[key]["type"] = "text"
    label = label_of(table, key)
    return {"title": table.title, "rows": table.rows, "key": key, "label": label, "from": [], "columns": columns}


def _column(column: Column, guessed: Guess, link: int | None) -> Found:
    seen = {name: getattr(column, name) for name in ("header", "filled", "blank", "distinct")}
    about = {**asdict(guessed), "options": guessed.options or _options(column)}
    if link is not None:
        about["type"] = "link"
    return {**seen, "examples": list(column.examples), "unique": column.is_key, "link": link, **about}


def _options(column: Column) -> list[str]:
    """What a choice would offer, if it is made one after all."""
    return list(column.values) if not column.crowded and column.distinct <= MOST_OPTIONS else []


def _gathered(title: str, places: Sequence[tuple[int, int]], tables: Sequence[Table]) -> Found:
    largest = max((tables[table].columns[place] for table, place in places), key=lambda column: column.distinct)
    column = _column(largest, Guess("text"), None) | {"unique": True, "blank": 0}
    from_ = [list(place) for place in places]
    return {"title": title, "rows": largest.distinct, "key": 0, "label": 0, "from": from_, "columns": [column]}
