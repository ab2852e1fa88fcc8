"""The command line for tenants, people and tokens, and for a tenant's audit trail, which knows no tenant by its key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from flask.cli import AppGroup

from runtime.audit import service as audit
from runtime.contracts import Fault, Refused
from runtime.db import tenant, utc_now
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors

tenant_group = AppGroup("tenant", help="Workspaces.")
user_group = AppGroup("user", help="People.")
token_group = AppGroup("token", help="API tokens.")
audit_group = AppGroup("audit", help="The audit trail.")


@tenant_group.command("create")
@click.argument("key")
@click.option("--title", default="", help="How it is called; the key, if nothing is given.")
@click.option("--lang", default="zh-CN", type=click.Choice(["zh-CN", "en"]))
@click.option("--timezone", default="Asia/Shanghai")
def create_tenant(key: str, title: str, lang: str, timezone: str) -> None:
    """Make a tenant. Prints its id."""
    with _said():
        click.echo(service.create_tenant(key, title, lang, timezone).id)


@user_group.command("create")
@click.argument("name")
@click.option("--tenant", "key", required=True, help="The tenant that the person joins.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="TRELLIS_PASSWORD")
@click.option("--title", default="", help="How the person is called.")
@click.option("--power", "powers", multiple=True, type=click.Choice(service.POWERS))
def create_user(name: str, key: str, password: str, title: str, powers: tuple[str, ...]) -> None:
    """Make an account under a mail address, phone number or login NAME, or take the one there is, and seat it."""
    with _said():
        account = accounts.find_account(name) or accounts.create_account(name, password, title)
        with tenant(service.tenant_id_of(key)):
            member = service.add_member(title or account.name, account.id)
            for power in powers:
                service.give_power(power, member.id)
        click.echo(member.id)


@user_group.command("password")
@click.argument("name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="TRELLIS_PASSWORD")
def change_password(name: str, password: str) -> None:
    """Give an account a new password: its sessions and tokens end at once."""
    account = accounts.find_account(name)
    if account is None:
        raise click.ClickException(f"There is no account {name}.")
    with _said():
        accounts.set_password(account.id, password)


@token_group.command("create")
@click.option("--tenant", "key", required=True)
@click.option("--user", "name", required=True, help="The mail address, phone number or login name.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(doors.SCOPES))
@click.option("--days", type=click.IntRange(min=1), help="How long it is valid; without it, until revoked.")
@click.option("--title", default="command line")
def create_token(key: str, name: str, scopes: tuple[str, ...], days: int | None, title: str) -> None:
    """Make an API token for somebody. Prints the token alone."""
    with _said():
        account = accounts.find_account(name)
        seat = doors.seat_of(account.id, key) if account else None
        if seat is None:
            raise click.ClickException(f"{name} is not a member of {key}.")
        tenant_id, member_id = seat
        until = utc_now() + timedelta(days=days) if days else None
        with tenant(tenant_id):
            click.echo(doors.issue_token(member_id, scopes, until, title))


@audit_group.command("check")
@click.option("--tenant", "key", required=True)
def check_audit(key: str) -> None:
    """Check that no entry of a tenant's audit trail was changed or removed."""
    with _said(), tenant(service.tenant_id_of(key)):
        number = audit.check()
        last = audit.entries(limit=1)
    if number is not None:
        raise click.ClickException(f"The audit trail was tampered with at entry {number}.")
    click.echo(f"{last[0].number if last else 0} entries, all as they were written.")


@contextmanager
def _said() -> Iterator[None]:
    """Refusals as words on the command line, not as tracebacks."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException("; ".join(str(problem.message) for problem in refused.problems)) from None
    except Fault as fault:
        raise click.ClickException(str(fault)) from None


commands = [tenant_group, user_group, token_group, audit_group]
