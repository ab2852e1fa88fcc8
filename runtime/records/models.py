"""Tables of records: one for all forms, with typed slots, and what stands beside it."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from runtime.db import Base, Document, Id, Key, Moment
from runtime.records.slots import NAMES

_TYPES = {"s": Key, "n": Double, "d": Moment, "r": Id}
_LIVING = "deleted_at IS NULL"

record = Table(
    "record",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("app_id", Id, nullable=False),
    Column("form", Key, nullable=False),
    Column("release", Integer, nullable=False),
    Column("data", Document, nullable=False),
    Column("owner_id", Id),
    Column("dept_path", Key, nullable=False, default=""),
    Column("incomplete", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Id),
    Column("rev", Integer, nullable=False),
    Column("deleted_at", Moment),
    *(Column(name, _TYPES[name[0]]) for name in NAMES),
    PrimaryKeyConstraint("tenant_id", "id"),
)
"""`data` is the truth; the slots s1 … r6 are derived from it by the form's map and can be rebuilt."""


def _partial(name: str, *columns: str, where: str) -> Index:
    keys = (record.c[column] for column in ("tenant_id", "app_id", "form", *columns, "id"))
    return Index(f"record_{name}", *keys, postgresql_where=text(where), sqlite_where=text(where))


for _slot in NAMES:
    _partial(_slot, _slot, where=f"{_slot} IS NOT NULL AND {_LIVING}")
_partial("all", where=_LIVING)
_partial("owner", "owner_id", where=_LIVING)
_partial("department", "dept_path", where=_LIVING)
_partial("sums", "s1", "n1", where=f"s1 IS NOT NULL AND {_LIVING}")

record_value = Table(
    "record_value",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("field", Key, nullable=False),
    Column("value", Key, nullable=False),
    PrimaryKeyConstraint("tenant_id", "record_id", "field", "value"),
    Index("record_value_found", "tenant_id", "field", "value", "record_id"),
)
"""Each value of a many-valued field, cut to 200 bytes."""

record_link = Table(
    "record_link",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("field", Key, nullable=False),
    Column("target_id", Id, nullable=False),
    PrimaryKeyConstraint("tenant_id", "record_id", "field", "target_id"),
    Index("record_link_target", "tenant_id", "target_id", "record_id"),
)
"""What a record points at: other records, and files."""

record_unique = Table(
    "record_unique",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("app_id", Id, nullable=False),
    Column("form", Key, nullable=False),
    Column("field", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("record_id", Id, nullable=False),
    PrimaryKeyConstraint("tenant_id", "app_id", "form", "field", "key"),
)
"""Values that one living record of the form holds at most."""

record_rev = Table(
    "record_rev",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("app_id", Id, nullable=False),
    Column("form", Key, nullable=False),
    Column("release", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor_id", Id),
    Column("at", Moment, nullable=False),
    Column("old", Document, nullable=False),
    Column("new", Document, nullable=False),
    Column("run_id", Id),
    Column("batch", Id),
    PrimaryKeyConstraint("tenant_id", "record_id", "rev"),
    Index("record_rev_batch", "tenant_id", "batch", "record_id"),
)
"""The history: what each change took away and put there; `batch` is the import it came with."""

idempotency = Table(
    "idempotency",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("holder", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("digest", Text, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant_id", "holder", "key"),
)
"""Requests already carried out, by the key their sender gave; written with the record itself."""

form_slots = Table(
    "form_slots",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("app_id", Id, nullable=False),
    Column("form", Key, nullable=False),
    Column("release", Integer, nullable=False),
    Column("slots", Document, nullable=False),
    PrimaryKeyConstraint("tenant_id", "app_id", "form"),
)
"""The slot map of each form, `{"field": {"column": "s1", "ready": true}}`, and the release it covers."""
