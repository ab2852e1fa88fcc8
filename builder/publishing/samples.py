"""Sample records in the order in which they can be made: what a row links to before the row itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx

from runtime.documents import fields_of
from runtime.documents.samples import ROW
from runtime.documents.scopes import link_of

Name = tuple[str, str]
"""A row by its form and its `@id`."""


@dataclass(frozen=True)
class Sample:
    """One row: its own name ("" where it has none), its plain answers, and which row each link names."""

    form: str
    name: str
    answers: Mapping[str, Any]
    links: Mapping[str, Name]


def samples_of(app: Mapping[str, Any]) -> list[Sample]:
    """The sample rows of a checked app/1; rows that link to each other in a circle stand as they were written."""
    fields = {form["key"]: fields_of(form) for form in app.get("forms") or ()}
    rows = [_sample(form, row, fields[form]) for form, some in (app.get("sample") or {}).items() for row in some]
    place = {(row.form, row.name): index for index, row in enumerate(rows) if row.name}
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(rows)))
    graph.add_edges_from((place[to], index) for index, row in enumerate(rows) for to in row.links.values())
    groups = networkx.condensation(graph)
    order = networkx.lexicographical_topological_sort(groups, lambda group: min(groups.nodes[group]["members"]))
    return [rows[index] for group in order for index in sorted(groups.nodes[group]["members"])]


def _sample(form: str, row: Mapping[str, Any], fields: Mapping[str, Any]) -> Sample:
    targets = {name: link_of(fields[name]) for name in row if name != ROW}
    links = {name: (target, str(row[name])) for name, target in targets.items() if target is not None}
    answers = {name: value for name, value in row.items() if name != ROW and name not in links}
    return Sample(form, str(row.get(ROW) or ""), answers, links)
