"""The views of an app whose records wait for their reader, each with its first records."""

from dataclasses import dataclass

from runtime.records import service as records
from runtime.records.desks.service import At, Desk
from runtime.records.query import Query
from runtime.records.table import cell, columns_of, refs_of, usual_columns, values_of
from runtime.records.views import View, open_views
from runtime.releases import service as releases

SHOWN = 5
"""Records of each view on the home page."""

FACTS = 2
MOST = 6
"""Views that are looked into: each costs a question."""


@dataclass(frozen=True)
class Waiting:
    """One record: what it is called, some facts, where it is."""

    label: str
    facts: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Queue:
    """What one view lists for its reader: how many there are (`capped`: or more) and the first of them."""

    title: str
    url: str
    count: int
    capped: bool
    items: tuple[Waiting, ...]


def queues(app_id: str, at: At) -> list[Queue]:
    """What waits for somebody in an app, in the order of its views; a view that lists nothing is left out."""
    published = releases.current(app_id)
    views = open_views(published, at.actor, at.lang, "table")
    found = (_queue(app_id, view, at) for view in [one for one in views if one.document.get("waiting")][:MOST])
    return [queue for queue in found if queue.items]


def _queue(app_id: str, view: View, at: At) -> Queue:
    desk, said = Desk(app_id, view.form, at), view.document
    page = records.page_of(desk.reading, Query(said.get("filter"), tuple(said.get("sort") or ()), SHOWN))
    names = [name for name in said.get("columns") or usual_columns(desk.form, desk.shown) if name != desk.form.label]
    columns = columns_of(desk.form, names, desk.shown, at.lang)[:FACTS]
    rows = [values_of(record) for record in page.items]
    reader = desk.reader(refs_of(columns, rows))
    items = tuple(
        Waiting(
            records.label_of(record.data, desk.form.label, record.id),
            tuple(text for column in columns if (text := cell(column, row.get(column.name), reader).text)),
            f"{desk.url}{record.id}",
        )
        for record, row in zip(page.items, rows, strict=True)
    )
    return Queue(view.title, f"{desk.url}?view={view.key}", page.count or 0, page.capped, items)
