"""Sample records in the order in which they can be made: what a row links to before the row itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import networkx

from runtime.documents import fields_of
from runtime.documents.days import day_from, is_relative, moment_from
from runtime.documents.samples import ASIDE, ROW
from runtime.documents.scopes import link_of

Name = tuple[str, str]
"""A row by its form and its `@id`."""


@dataclass(frozen=True)
class Today:
    """The day from which relative dates count, and where it is that day."""

    day: date
    zone: tzinfo


def today_of(now: datetime, timezone: str) -> Today:
    """The day it is somewhere."""
    zone = ZoneInfo(timezone)
    return Today(now.astimezone(zone).date(), zone)


@dataclass(frozen=True)
class Sample:
    """One row: its own name ("" where it has none), its plain answers, and which row each link names."""

    form: str
    name: str
    answers: Mapping[str, Any]
    links: Mapping[str, Name]


def samples_of(app: Mapping[str, Any], today: Today) -> list[list[Sample]]:
    """The sample rows of a checked app/1 in turns: rows of a turn link only to earlier ones, or in a circle."""
    forms = {form["key"]: form for form in app.get("forms") or ()}
    sample = app.get("sample") or {}
    rows = [_sample(key, row, forms[key], today) for key, some in sample.items() for row in some]
    place = {(row.form, row.name): index for index, row in enumerate(rows) if row.name}
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(rows)))
    graph.add_edges_from((place[to], index) for index, row in enumerate(rows) for to in row.links.values())
    groups = networkx.condensation(graph)
    turns = networkx.topological_generations(groups)
    return [[rows[index] for index in sorted(_members(groups, turn))] for turn in turns]


def _members(groups: Any, turn: list[int]) -> list[int]:
    return [index for group in turn for index in groups.nodes[group]["members"]]


def answers_of(row: Mapping[str, Any], form: Mapping[str, Any], today: Today) -> dict[str, Any]:
    """What a row answers to its form; a link still says the name of a row."""
    fields = fields_of(form)
    return {name: _on(today, value, fields.get(name) or {}) for name, value in row.items() if name not in ASIDE}


def _sample(form: str, row: Mapping[str, Any], document: Mapping[str, Any], today: Today) -> Sample:
    said, fields = answers_of(row, document, today), fields_of(document)
    targets = {name: link_of(fields[name]) for name in said}
    links = {name: (target, str(said[name])) for name, target in targets.items() if target is not None}
    answers = {name: value for name, value in said.items() if name not in links}
    return Sample(form, str(row.get(ROW) or ""), answers, links)


def _on(today: Today, value: Any, field: Mapping[str, Any]) -> Any:
    """A value with a date that was counted from today worked out."""
    if not is_relative(value):
        return value
    if field.get("format") == "date-time":
        return moment_from(value, today.day, today.zone)
    return day_from(value, today.day).isoformat() if field.get("format") == "date" else value
