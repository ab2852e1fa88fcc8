"""Groups of records: how many, and sums, averages, least and greatest, worked out in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, null, select, union_all

from runtime.contracts import Actor, BadRequest
from runtime.db import db
from runtime.i18n import message
from runtime.records.filters import Columns
from runtime.records.reading.service import Reading, begin, time_limit
from runtime.records.record import Group
from runtime.records.sql import Column, Compiler
from runtime.records.textkeys import text_of

MAX_GROUPS = 1_000
MAX_KEYS = 2
MAX_METRICS = 10
_METRICS = {"sum": func.sum, "avg": func.avg, "min": func.min, "max": func.max}


def aggregate(
    app_id: str,
    form: str,
    group: Sequence[str],
    metrics: Sequence[str],
    filter: Mapping[str, Any] | None,
    actor: Actor,
) -> tuple[list[Group], bool]:
    """The groups in order of their keys, and whether there are more than 1,000.

    `metrics` are "count" or "sum:FIELD", "avg:FIELD", "min:FIELD", "max:FIELD"; raises BadRequest for others.
    """
    return aggregate_of(begin(app_id, form, actor), group, metrics, filter)


def aggregate_of(
    reading: Reading, group: Sequence[str], metrics: Sequence[str], filter: Mapping[str, Any] | None
) -> tuple[list[Group], bool]:
    """The same of a form that is open already."""
    columns, compiler = reading.columns(), reading.compiler()
    keys = [_key(compiler, columns, name) for name in group]
    values = [_metric(compiler, columns, metric) for metric in metrics]
    if len(keys) > MAX_KEYS or len(values) > MAX_METRICS:
        raise BadRequest(message("This is too much to group by."))
    if not filter and [*metrics] == ["count"] and len(group) == 1 and compiler.has_slot(group[0], keys[0]):
        return _counted(reading, group, keys[0])
    query = select(*keys, *values).where(reading.matching(filter))
    if keys:
        query = query.group_by(*keys).order_by(*keys).limit(MAX_GROUPS + 1)
    with time_limit():
        rows = db.session.execute(query).all()
    return [_group(reading, group, metrics, row) for row in rows[:MAX_GROUPS]], len(rows) > MAX_GROUPS


def _counted(reading: Reading, group: Sequence[str], slot: Column) -> tuple[list[Group], bool]:
    """The hot path: groups are counted from the slot's own index, which leaves out records without a value.

    Those are the rest of all records, which the form's index counts; one statement sees both at one moment.
    """
    groups = select(slot, func.count()).where(reading.where, slot.is_not(None)).group_by(slot)
    groups = groups.order_by(slot).limit(MAX_GROUPS + 1).subquery()
    whole = select(null(), func.count()).where(reading.where)
    with time_limit():
        found = db.session.connection().execute(union_all(select(groups), whole)).all()
    counts = dict(found)
    rest = counts.pop(None) - sum(counts.values())
    rows = sorted(counts.items())[:MAX_GROUPS]
    if len(counts) > MAX_GROUPS:
        return [_group(reading, group, ["count"], row) for row in rows], True
    return [_group(reading, group, ["count"], row) for row in [*rows, (None, rest)] if row[1]], False


def _key(compiler: Compiler, columns: Columns, name: str) -> Column:
    if columns.kind(name) in ("many", "files", "department"):
        raise BadRequest(message("Records cannot be grouped by “%(name)s”.", name=name))
    return compiler.group_column(name)


def _metric(compiler: Compiler, columns: Columns, metric: str) -> Column:
    if metric == "count":
        return func.count()
    name, _, field = metric.partition(":")
    if name not in _METRICS or columns.kind(field) not in (
        "number",
        *(("date", "datetime") if name in ("min", "max") else ()),
    ):
        raise BadRequest(message("“%(metric)s” cannot be worked out.", metric=metric[:140]))
    return _METRICS[name](compiler.order_column(field))


def _group(reading: Reading, group: Sequence[str], metrics: Sequence[str], row: Any) -> Group:
    keys = {name: _plain(reading, name, value) for name, value in zip(group, row, strict=False)}
    values = zip(metrics, row[len(group) :], strict=True)
    return Group(keys, {metric: _plain(reading, metric.rpartition(":")[2], value) for metric, value in values})


def _plain(reading: Reading, name: str, value: Any) -> Any:
    """What a column holds as an answer says it."""
    kind = reading.columns().kinds.get(name)
    match value:
        case datetime():
            return value.date().isoformat() if kind == "date" else value.isoformat().replace("+00:00", "Z")
        case float() if kind == "yes_no":
            return bool(value)
        case float():
            return _number(value)
        case str() if "\x01" in value:
            return text_of(value) or value.partition("\x01")[2]
        case _:
            return value


def _number(value: float) -> int | Decimal:
    """Sums of floats without the dust behind the ninth digit."""
    rounded = round(Decimal(repr(value)), 9).normalize()
    return int(rounded) if rounded == rounded.to_integral_value() else rounded
