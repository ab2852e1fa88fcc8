"""Row-level security on PostgreSQL: a tenant's rows are reachable only while that tenant is set.

The tables outside are those whose model says so, with `info={"outside_rls": True}`; they hold nothing a tenant wrote.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, text

SAME_TENANT = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"


def protected(metadata: MetaData) -> list[str]:
    """The names of all tables that belong to tenants."""
    return sorted(
        name for name, table in metadata.tables.items() if "tenant_id" in table.c and not table.info.get("outside_rls")
    )


def protect(connection: Connection, tables: Iterable[str]) -> None:
    """Force the policy on tables; does nothing on SQLite, which has no such thing."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        connection.execute(text(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'))
        connection.execute(text(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'))
        connection.execute(
            text(f'CREATE POLICY same_tenant ON "{table}" USING ({SAME_TENANT}) WITH CHECK ({SAME_TENANT})')
        )


def admit(connection: Connection, role: str) -> None:
    """Let the app's own role, which owns nothing, work with the rows of every table."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
