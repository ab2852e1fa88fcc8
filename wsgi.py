"""The house put together: the Flask app, its rooms, and the command line."""

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask

import builder
import runtime
from runtime.db import db

ROOT = Path(__file__).parent
FLOORS = (runtime, builder)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """A Trellis web application; `settings` win over the environment."""
    app = Flask("trellis", root_path=str(ROOT), static_folder="static", template_folder=None)
    app.config.from_mapping(read_settings(settings or {}))
    list(rooms("models"))
    db.init_app(app)
    for role in ("routes", "api"):
        for module in rooms(role):
            app.register_blueprint(module.blueprint)
    for module in rooms("commands"):
        for command in module.commands:
            app.cli.add_command(command)
    return app


def read_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Flask's configuration from the environment and what was given."""
    home = Path(given.get("TRELLIS_HOME") or os.environ.get("TRELLIS_HOME") or "var").absolute()
    home.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "TRELLIS_HOME": str(home),
        "SECRET_KEY": os.environ.get("SECRET_KEY"),
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL") or f"sqlite:///{home}/trellis.db",
        "REDIS_URL": os.environ.get("REDIS_URL") or f"unix://{home}/valkey.sock",
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or "",
        "WTF_CSRF_TIME_LIMIT": None,
    }
    return settings | dict(given)


def rooms(role: str) -> Iterator[ModuleType]:
    """Every module of that file name in the rooms, floor by floor."""
    for floor in FLOORS:
        for found in pkgutil.walk_packages(floor.__path__, floor.__name__ + "."):
            if found.name.rpartition(".")[2] == role:
                yield importlib.import_module(found.name)


def main() -> None:
    """The `trellis` command."""
    create_app().cli.main(prog_name="trellis")
