"""What must stand before anything runs: the tables, and on a fresh machine the demo tenant."""

import os
import secrets
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from runtime.contracts import NotFound
from runtime.db import tenant, transaction
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors

DEMO = "demo"
DEMO_ADMIN = "admin@demo.example"


def migrate(app: Flask) -> None:
    """Bring the tables to this version's shape, as their owner."""
    with app.app_context():
        upgrade()


def load_demo(app: Flask) -> str | None:
    """Make the demo tenant with its admin where it is missing; gives the admin's password when it was made now."""
    with app.app_context():
        if _exists(DEMO):
            return None
        password = _kept_password(Path(app.config["TRELLIS_HOME"]) / "demo-password")
        account = accounts.find_account(DEMO_ADMIN) or accounts.create_account(DEMO_ADMIN, password, "Demo Admin")
        made = identity.create_tenant(DEMO, "演示公司 Demo")
        with tenant(made.id), transaction():
            member = identity.add_member("管理员", account.id)
            for power in identity.POWERS:
                identity.give_power(power, member.id)
            _fill(app, member.id)
        return password


def _fill(app: Flask, member_id: str) -> None:
    """Give the demo tenant an app to look at; `wsgi` says which."""
    known = doors.actor_of(member_id)
    if known and "trellis.demo" in app.extensions:
        app.extensions["trellis.demo"](known[0])


def _exists(key: str) -> bool:
    try:
        identity.tenant_id_of(key)
    except NotFound:
        return False
    return True


def _kept_password(path: Path) -> str:
    """The demo admin's password, made once; only this user can read the file."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12) + "\n")
    return path.read_text().strip()
