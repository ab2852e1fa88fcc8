"""The command line for backups."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from runtime.backups import service
from runtime.contracts import Fault


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything to FILE while Trellis runs. The secret key is not in it: keep that by itself."""
    try:
        counts = service.backup(file, Path(current_app.config["TRELLIS_HOME"]))
    except OSError as error:
        raise click.ClickException(str(error)) from error
    file.chmod(0o600)
    click.echo(f"{file}: {counts['tenants']} tenants, {counts['rows']} rows, {counts['files']} files")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Fill a new, empty installation from FILE; its tables must have been made by `trellis db upgrade`."""
    try:
        counts = service.restore(file, Path(current_app.config["TRELLIS_HOME"]))
    except Fault as fault:
        raise click.ClickException(str(fault.why)) from fault
    click.echo(f"Restored {counts['tenants']} tenants, {counts['rows']} rows, {counts['files']} files")


commands = [backup, restore]
