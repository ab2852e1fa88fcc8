"""The names that expressions of a flow may use, made from records, events and outputs. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runtime.contracts import Event, Week
from runtime.expressions import Linked, value_of
from runtime.records.record import Record

Path = tuple[str, ...]
Fields = Mapping[str, Mapping[str, Any]]
SYSTEM = ("owner", "department", "created_at", "updated_at", "created_by", "updated_by", "rev")
PERSONS = ("owner", "created_by", "updated_by")


@dataclass(frozen=True)
class Needs:
    """What must be fetched before expressions with certain reads can be evaluated."""

    roots: frozenset[str]
    own: frozenset[str]
    """Fields of the record."""
    persons: frozenset[str]
    """Those fields of the record that are looked into as persons."""
    linked: frozenset[str]
    """Fields whose target record is looked into."""
    item_persons: frozenset[str] = frozenset()
    """Fields of a loop's item that are looked into as persons."""

    @property
    def record(self) -> bool:
        """Whether more of the record is needed than its id."""
        return bool(self.own - {"id"} or self.linked)


def needs_of(reads: Iterable[Path]) -> Needs:
    """What these paths need."""
    paths = list(reads)
    record = [path for path in paths if path[0] == "record"]
    return Needs(
        roots=frozenset(path[0] for path in paths),
        own=frozenset(path[1] if len(path) > 1 else "*" for path in record),
        persons=frozenset(path[1] for path in record if len(path) > 2),
        linked=frozenset(path[1] for path in paths if path[0] == "linked" and len(path) > 1),
        item_persons=frozenset(path[1] for path in paths if path[0] == "item" and len(path) > 2),
    )


@dataclass(frozen=True)
class Facts:
    """A record as expressions see it: answers and what the system keeps of it, all as JSON or moments."""

    id: str
    data: Mapping[str, Any]
    system: Mapping[str, Any] = field(default_factory=dict)


def facts_of(record: Record) -> Facts:
    """A record that was read, as expressions see it."""
    department = record.dept_path.rstrip("/").rpartition("/")[2] or None
    return Facts(record.id, record.data, {**record.system, "department": department})


def record_values(facts: Facts, fields: Fields, people: Mapping[str, Linked]) -> dict[str, Any]:
    """`record` by field name; persons that are in `people` can be looked into."""
    values = {name: value_of(schema, facts.data.get(name)) for name, schema in fields.items()}
    given = {**{name: facts.system.get(name) for name in SYSTEM}, **values}
    always = {"id": facts.id, **{name: facts.system.get(name) for name in ("owner", "department")}}
    return {name: _person(value, people) for name, value in {**given, **always}.items()}


def _person(value: Any, people: Mapping[str, Linked]) -> Any:
    return people.get(value, value) if isinstance(value, str) else value


def event_facts(event: Event) -> Facts:
    """The record of an event as far as the event tells: what it was before a deletion, else what it became."""
    return Facts(event.record_id, event.old if event.type == "deleted" else {**event.old, **event.new})


def as_heard(facts: Facts, event: Event) -> Facts:
    """The record as an event left it, whatever has changed since."""
    return replace(facts, data={**facts.data, **{name: event.new.get(name) for name in event.changed}})


def event_values(event: Event, fields: Fields) -> dict[str, Any]:
    """`event` and `old`."""
    old = {name: value_of(fields.get(name) or {}, value) for name, value in event.old.items()}
    told = {"id": event.id, "type": event.type, "form": event.form, "record": event.record_id, "at": event.at}
    return {"event": {**told, "actor": event.actor_id, "changed": list(event.changed)}, "old": old}


def output_values(output: Any, fields: Fields) -> Any:
    """What a step gave, its record fields as values of their types."""
    if isinstance(output, Mapping):
        return {name: output_values(_typed(fields.get(name), part), fields) for name, part in output.items()}
    if isinstance(output, list):
        return [output_values(part, fields) for part in output]
    return output


def _typed(schema: Mapping[str, Any] | None, value: Any) -> Any:
    return value_of(schema, value) if schema else value


def clock_values(now: datetime, timezone: str, week: Week | None = None) -> dict[str, Any]:
    """`now` and `today`, told on the tenant's clock, and by which days it counts."""
    local = now.astimezone(ZoneInfo(timezone))
    return {"now": local, "today": local.date(), "week": week}
