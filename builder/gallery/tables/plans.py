"""Which rows fill which form: the imports that follow once an app is made of tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.gallery.tables.proposals import Column, Found, Proposal, Sheet, form_keys, in_order


@dataclass(frozen=True)
class Plan:
    """One import: into which form, from which table, and how it is asked for."""

    form: str
    table: Found
    asked: Mapping[str, Any]


def plans(proposal: Proposal, tables: Sequence[Found]) -> list[Plan]:
    """All imports in the order in which they must be done: what is linked to before what links."""
    keys = form_keys(proposal)
    sheets = {sheet.number: sheet for sheet in proposal.sheets}
    return [plan for sheet in in_order(proposal) for plan in _plans_of(sheet, keys[sheet.number], sheets, tables)]


def _plans_of(sheet: Sheet, form: str, sheets: Mapping[int, Sheet], tables: Sequence[Found]) -> Iterator[Plan]:
    if sheet.gathers:
        yield from (_gathering(sheet, form, tables[table], place) for table, place in sheet.found["from"])
        return
    mapping = {column.found["header"]: {"field": column.name, "by": _by(column, sheets)}
               for column in sheet.columns if column.taken}  # fmt: skip
    if mapping:
        yield Plan(form, sheet.found, {"sheet": sheet.found["sheet"], "mapping": mapping, "lenient": True})


def _gathering(sheet: Sheet, form: str, table: Found, place: int) -> Plan:
    """The different values of a column, each once."""
    name = sheet.columns[0].name
    mapping = {table["columns"][place]["header"]: {"field": name, "by": None}}
    return Plan(form, table, {"sheet": table["sheet"], "mapping": mapping, "mode": "upsert", "key": name})


def _by(column: Column, sheets: Mapping[int, Sheet]) -> str | None:
    """The field of the linked form that the cells name."""
    target = sheets.get(column.link) if column.link is not None else None
    if target is None:
        return None
    return target.columns[target.key].name if target.key is not None else target.label
