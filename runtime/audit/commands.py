"""The command line for the audit trail."""

import click
from flask.cli import AppGroup

from runtime.audit import service
from runtime.db import tenant
from runtime.identity.service import tenant_id_of

audit_group = AppGroup("audit", help="The audit trail.")


@audit_group.command("check")
@click.option("--tenant", "key", required=True)
def check(key: str) -> None:
    """Check that no entry of a tenant's audit trail was changed or removed."""
    with tenant(tenant_id_of(key)):
        number = service.check()
        last = service.entries(limit=1)
    if number is not None:
        raise click.ClickException(f"The audit trail was tampered with at entry {number}.")
    click.echo(f"{last[0].number if last else 0} entries, all as they were written.")


commands = [audit_group]
