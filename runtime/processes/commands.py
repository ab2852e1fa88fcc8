"""The roles of a process and the settings, on the command line."""

import os
import sys

import click
from flask.cli import ScriptInfo, pass_script_info
from flask_migrate.cli import db

from runtime.processes import roles, web
from runtime.settings import resolve


@click.command()
@pass_script_info
def up(info: ScriptInfo) -> None:
    """Start web, workers, scheduler and the embedded queue; Ctrl-C stops them all."""
    try:
        roles.up(info.load_app(), lambda line: click.echo(line))
    except web.PortTaken as why:
        sys.exit(f"trellis: {why}")


@click.command("web")
@pass_script_info
def serve(info: ScriptInfo) -> None:
    """Answer browsers and API calls; nothing else."""
    app = info.load_app()
    try:
        opened = web.listen(app.config["TRELLIS_HOST"], app.config["TRELLIS_PORT"])
    except web.PortTaken as why:
        sys.exit(f"trellis: {why}")
    for line in roles.greeting(app, opened, None)[:1]:
        click.echo(line)
    roles.serve(app, opened)


@click.command()
@pass_script_info
def worker(info: ScriptInfo) -> None:
    """Run flows; nothing else."""
    roles.log_to_stderr()
    sys.exit(roles.work(info.load_app()))


@click.command()
@pass_script_info
def scheduler(info: ScriptInfo) -> None:
    """Wake what is due; one is enough, more do no harm."""
    roles.log_to_stderr()
    roles.schedule(info.load_app())


@click.command()
def config() -> None:
    """Print every setting and where it came from."""
    for value in resolve({}, os.environ).values():
        click.echo(f"{value.setting.name}={value.shown}  ({value.origin}) {value.setting.meaning}")


commands = [up, serve, worker, scheduler, config, db]
