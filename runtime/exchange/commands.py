"""The command line for records: importing a file without a browser."""

import itertools
import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from runtime.contracts import Actor, Fault, Refused
from runtime.db import tenant
from runtime.exchange import service
from runtime.i18n import Message
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.releases.service import find_live

records_group = AppGroup("records", help="Records of a form.")

PATIENCE = 20
"""After so many looks without a worker it is said what is missing."""

SHOWN = 50
"""So many rows with errors are printed one by one; the counts by field cover all of them."""


@records_group.command("import")
@click.argument("app")
@click.argument("form")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "key", required=True)
@click.option("--user", "name", required=True, help="As whom: the mail address, phone number or login name.")
@click.option("--map", "columns", multiple=True, help="HEADER=FIELD or HEADER=FIELD:BY for a link found by BY.")
@click.option("--mode", type=click.Choice(["insert", "update", "upsert"]), default="insert")
@click.option("--key", "key_field", help="The field that finds existing records.")
@click.option("--sheet", default="", help="The sheet of a workbook; the first, if none is named.")
@click.option("--lenient", is_flag=True, help="Keep rows with problems, marked incomplete.")
@click.option("--flows", is_flag=True, help="Let flows run for what is imported.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_records(
    app: str, form: str, file: Path, key: str, name: str, columns: tuple[str, ...], mode: str,
    key_field: str | None, sheet: str, lenient: bool, flows: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Import FILE (CSV, XLSX, XLS) into FORM of APP by the running workers; prints what became of it."""
    asked = {
        "mode": mode, "key": key_field, "sheet": sheet, "lenient": lenient, "flows": flows, "dry_run": dry_run,
        **({"mapping": dict(_column(column) for column in columns)} if columns else {}),
    }  # fmt: skip
    home = Path(current_app.config["TRELLIS_HOME"])
    try:
        with tenant(identity.tenant_id_of(key)):
            actor = _actor(name, key)
            with file.open("rb") as stream:
                job = service.start(find_live(app).id, form, stream, file.name, asked, actor, home)
            _follow(job.id, actor)
    except Refused as refused:
        raise click.ClickException("; ".join(f"{one.pointer} {one.message}" for one in refused.problems)) from refused
    except Fault as fault:
        raise click.ClickException(str(fault.why)) from fault


def _column(text: str) -> tuple[str, dict[str, str | None]]:
    header, found, target = text.rpartition("=")
    if not found:
        raise click.BadParameter(f"{text}: write HEADER=FIELD")
    field, _, by = target.partition(":")
    return header, {"field": field, "by": by or None}


def _actor(name: str, key: str) -> Actor:
    account = accounts.find_account(name)
    seat = doors.seat_of(account.id, key) if account else None
    found = doors.actor_of(seat[1]) if seat else None
    if found is None:
        raise click.ClickException(f"{name} is not a member of {key}.")
    return found[0]


def _follow(import_id: str, actor: Actor) -> None:
    """Wait for the workers and say what became of every row."""
    for look in itertools.count():
        job = service.look(import_id, actor)
        if job.state not in ("waiting", "running"):
            break
        if job.state == "waiting" and look == PATIENCE:
            click.echo("Waiting for a worker; “trellis worker” starts one.", err=True)
        time.sleep(0.5)
    counts = ("created", "updated", "unchanged", "incomplete", "refused")
    click.echo(f"{job.state}: {job.done} rows; " + ", ".join(f"{getattr(job, name)} {name}" for name in counts))
    if job.why:
        click.echo(str(Message(job.why["id"], job.why["values"])))
    for field, rows in service.note_counts(import_id).items():
        click.echo(f"  {rows} rows: {field or 'record'}")
    for note in service.notes(import_id, limit=SHOWN):
        click.echo(f"  row {note.row}: {note.field}: {Message(note.message['id'], note.message['values'])}")


commands = [records_group]
