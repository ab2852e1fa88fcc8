"""Table of the audit trail."""

from sqlalchemy import DDL, BigInteger, Column, PrimaryKeyConstraint, Table, Text, event

from runtime.db import Base, Document, Id, Moment

audit = Table(
    "audit",
    Base.metadata,
    Column("tenant_id", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor_id", Id),
    Column("act", Text, nullable=False),
    Column("about", Document, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "number"),
)
"""Acts in the order of their numbers, without gaps; each carries the hash of the one before it."""

_KEPT = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()",
    ),
}
"""What lets nobody change or remove an entry through SQL, whatever role they hold; the migration says the same."""

for _dialect, _statements in _KEPT.items():
    for _statement in _statements:
        event.listen(audit, "after_create", DDL(_statement).execute_if(dialect=_dialect))
