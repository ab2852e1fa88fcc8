"""The command line for apps: checking, importing, exporting and cloning them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from builder.drafts import service as drafts
from builder.publishing import service
from builder.publishing.check import check
from runtime import documents
from runtime.contracts import Actor, Fault, Refused
from runtime.db import dumps, tenant
from runtime.identity import service as identity
from runtime.releases.service import find_app

app_group = AppGroup("app", help="Apps as documents.")

tenant_option = click.option("--tenant", "key", required=True)


@app_group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_app(file: Path) -> None:
    """Say everything that keeps the app in FILE from going live."""
    with _said():
        findings = check(_document(file), [], service.TYPES)
    for problem in findings.warnings:
        click.echo(f"warning {problem.pointer} {problem.message}")
    for problem in findings.problems:
        click.echo(f"problem {problem.pointer} {problem.message}")
    if findings.problems:
        raise SystemExit(1)
    click.echo("This app can go live.")


@app_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@tenant_option
@click.option("--publish", is_flag=True, help="Make it live at once.")
@click.option("--sample", is_flag=True, help="Make its sample records too; only with --publish.")
def import_app(file: Path, key: str, publish: bool, sample: bool) -> None:
    """Take the app in FILE in as a draft. Prints its id."""
    if sample and not publish:
        raise click.UsageError("--sample needs --publish: records belong to an app that is live.")
    with _said():
        tenant_id = identity.tenant_id_of(key)
        with tenant(tenant_id):
            app, _ = service.take_in(_document(file), _operator(tenant_id), live=publish, sample=sample)
            click.echo(app.id)


@app_group.command("export")
@click.argument("app")
@tenant_option
@click.option("--draft", is_flag=True, help="The draft instead of what is live.")
def export_app(app: str, key: str, draft: bool) -> None:
    """Print an app as an app/1 document."""
    with _said(), tenant(identity.tenant_id_of(key)):
        found = find_app(app)
        live = None if draft else service.live_document(found)
        click.echo(dumps(live or drafts.whole(found)))


@app_group.command("clone")
@click.argument("app")
@click.argument("new_key")
@tenant_option
@click.option("--title", required=True)
def clone_app(app: str, new_key: str, key: str, title: str) -> None:
    """Copy an app's documents under another key. Prints the new id."""
    with _said():
        tenant_id = identity.tenant_id_of(key)
        with tenant(tenant_id):
            click.echo(service.clone(find_app(app), new_key, title, _operator(tenant_id)).id)


@contextmanager
def _said() -> Iterator[None]:
    """Say on one line each what was refused, and end with 1."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(_listed(refused)) from refused
    except Fault as fault:
        raise click.ClickException(str(fault.why)) from fault
    except UnicodeDecodeError as error:
        raise click.ClickException("The file is no UTF-8 text.") from error


def _document(file: Path) -> dict[str, object]:
    document: dict[str, object] = documents.parse(file.read_text(encoding="utf-8"), documents.MAX_APP_BYTES)
    return document


def _operator(tenant_id: str) -> Actor:
    """Who runs commands: everything is open to the operator of the machine."""
    return Actor(tenant_id, kind="system", powers=frozenset({"owner", "admin"}))


def _listed(refused: Refused) -> str:
    return "\n".join(f"{one.pointer or '/'} {one.message}" for one in refused.problems)


commands = [app_group]
