"""The house put together: the Flask app, its rooms, and the command line."""

import importlib
import os
import pkgutil
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, g
from flask.cli import ScriptInfo
from flask_migrate import Migrate

import builder
import runtime
from builder.gallery import service as gallery
from runtime import events
from runtime.db import db
from runtime.flows.listening import may_hear
from runtime.flows.timing import service as timing
from runtime.forms.menu.service import menu
from runtime.http import setup as web
from runtime.http.frame import standing
from runtime.http.pages import page_lang
from runtime.identity.doors.service import Keeper
from runtime.processes.vitals import vitals
from runtime.records import service as records
from runtime.records.access import rights_of
from runtime.records.reviewing import service as reviewing
from runtime.records.uniqueness import service as uniqueness
from runtime.releases import service as releases
from runtime.releases.service import InAddress, apps, at
from runtime.security import setup as security
from runtime.settings import BadSetting, refuse_weak, resolve, socket_path

ROOT = Path(__file__).parent
FLOORS = (runtime, builder)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """A Trellis web application; `settings` win over the environment."""
    app = Flask("trellis", root_path=str(ROOT), static_folder="static", template_folder=None)
    app.config.from_mapping(read_settings(settings or {}))
    list(rooms("models"))
    db.init_app(app)
    security.install(app, Keeper(InAddress()))
    releases.listeners[:] = [timing.arm, reviewing.follow, uniqueness.follow]
    records.ears[:] = [may_hear]
    web.install(app, nav=nav, forms=readable_forms, vitals=vitals)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    app.extensions["trellis.demo"] = gallery.load_demo
    for module in rooms("jobs"):
        events.works.update(module.works)
    for role in ("routes", "api"):
        for module in rooms(role):
            app.register_blueprint(module.blueprint)
    for module in rooms("commands"):
        for command in module.commands:
            app.cli.add_command(command)
    return app


def nav() -> dict[str, Any]:
    """Where the reader of this page may go."""
    if g.get("tenant") is None:
        return {}
    return menu(g.actor, g.tenant, standing()[0], page_lang())


def readable_forms() -> dict[str, dict[str, Any]]:
    """The published forms whose records the holder of this request's token may read, by app and form key."""
    found: dict[str, dict[str, Any]] = {}
    for app in apps():
        if app.release is not None:
            published = at(app.id, app.release)
            forms = published.all("forms").items()
            found[app.key] = {key: form for key, form in forms if rights_of(published, g.actor, key).may("read")}
    return found


def read_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Flask's configuration from what was given, the environment and the defaults; raises BadSetting."""
    values = resolve(given, os.environ)
    refuse_weak(values)
    home = Path(str(values["TRELLIS_HOME"].value))
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = {value.setting.config_key: value.value for value in values.values()}
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or kept_secret(home)
    settings["QUEUE_EMBEDDED"] = not settings["REDIS_URL"]
    settings["REDIS_URL"] = settings["REDIS_URL"] or f"unix://{socket_path(str(home), os.getuid())}"
    return settings | {"WTF_CSRF_TIME_LIMIT": None} | dict(given)


def kept_secret(home: Path) -> str:
    """The key that signs sessions, made at first start; only this user can read it."""
    path = home / "secret-key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # of two that start at once, one key wins
        draft.unlink()
    return path.read_text().strip()


def rooms(role: str) -> Iterator[ModuleType]:
    """Every module of that file name in the rooms, floor by floor."""
    for floor in FLOORS:
        for found in pkgutil.walk_packages(floor.__path__, floor.__name__ + "."):
            if found.name.rpartition(".")[2] == role:
                yield importlib.import_module(found.name)


def main() -> None:
    """The `trellis` command."""
    try:
        app = create_app()
    except BadSetting as why:
        sys.exit(f"trellis: {why}")
    app.cli.main(prog_name="trellis", obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    main()
