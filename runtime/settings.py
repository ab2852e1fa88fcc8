"""Every setting: its name, what it means, its default, and where its value came from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One setting. `{NAME}` in a default stands for another setting's value; `key` is Flask's name for it."""

    name: str
    default: str
    meaning: str
    key: str = ""
    secret: bool = False
    number: bool = False
    production: str | None = None

    @property
    def config_key(self) -> str:
        return self.key or self.name


@dataclass(frozen=True)
class Value:
    """What a setting is, and where that came from: "given", "environment" or "default"."""

    setting: Setting
    value: str | int
    origin: str

    @property
    def shown(self) -> str:
        """The value as it may be printed: secrets and passwords in addresses are left out."""
        if self.setting.secret and self.value:
            return "(set)"
        scheme, found, rest = str(self.value).partition("://")
        account, at, place = rest.rpartition("@")
        hides = found and at and ":" in account
        return f"{scheme}://{account.partition(':')[0]}:***@{place}" if hides else str(self.value)


SETTINGS = (
    Setting("TRELLIS_ENV", "local", "`local`, or `production`: refuses to start with anything weak"),
    Setting("TRELLIS_HOME", "var", "the folder of all data: database, queue, files, outbox"),
    Setting("TRELLIS_HOST", "127.0.0.1", "the address to listen on; `0.0.0.0` lets phones in the same network in"),
    Setting("TRELLIS_PORT", "8000", "the port to listen on", number=True),
    Setting("TRELLIS_WEB", "2", "how many processes answer the browser", number=True),
    Setting("TRELLIS_WORKERS", "2", "how many processes run flows", number=True),
    Setting("TRELLIS_SIGNUP", "open", "who may sign up: `open`, or `invite`", production="invite"),
    Setting("TRELLIS_PROXIES", "0", "how many proxies of yours stand in front and tell who calls", number=True),
    Setting(
        "TRELLIS_LOOSE_FILES",
        "2048",
        "how many MB of files in no record a member may have; 0: any",
        number=True,
    ),
    Setting("TRELLIS_TENANT_FILES", "0", "how many MB of files one workspace may have; 0: any", number=True),
    Setting("SECRET_KEY", "", "signs sessions; made at first start and kept in `TRELLIS_HOME/secret-key`", secret=True),
    Setting("PUBLIC_URL", "http://{TRELLIS_HOST}:{TRELLIS_PORT}", "the address people use, in mails", production=""),
    Setting(
        "DATABASE_URL",
        "sqlite:///{TRELLIS_HOME}/trellis.db",
        "the database; on PostgreSQL a role that owns nothing",
        key="SQLALCHEMY_DATABASE_URI",
    ),
    Setting("DATABASE_ADMIN_URL", "{DATABASE_URL}", "the database as the owner of the tables, for migrations"),
    Setting("REDIS_URL", "", "Redis from 5 or Valkey from 7.2; empty: the embedded Valkey"),
    Setting("SMTP_URL", "", "the mail server: `smtp://USER:PASSWORD@HOST`; empty: mails lie in `TRELLIS_HOME/outbox`"),
    Setting("MAIL_FROM", "Trellis <trellis@localhost>", "the sender of mails"),
    Setting("TRELLIS_CALL_NETWORKS", "", "private networks that flows may call, as in `10.1.0.0/16, 192.168.5.7`"),
)

WEAK_KEYS = {"secret", "changeme", "change-me", "dev", "development", "test", "trellis", "password", "default"}
LONGEST_SOCKET = 100
"""A Unix socket's path has 107 bytes at most."""


class BadSetting(ValueError):
    """A setting that cannot be used; the text says which and why."""


def resolve(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Value]:
    """Each setting by name: as `given` (by its name or Flask's), else of the environment, else the default."""
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        value, origin = _found(setting, given, environ, values)
        values[setting.name] = Value(setting, _cast(setting, value), origin)
    return values


def _found(
    setting: Setting, given: Mapping[str, Any], environ: Mapping[str, str], values: Mapping[str, Value]
) -> tuple[Any, str]:
    for key in (setting.config_key, setting.name):
        if given.get(key) is not None:
            return given[key], "given"
    if environ.get(setting.name):
        return environ[setting.name], "environment"
    in_production = setting.production is not None and values["TRELLIS_ENV"].value == "production"
    default = setting.production if in_production and setting.production is not None else setting.default
    return default.format_map({name: value.value for name, value in values.items()}), "default"


def _cast(setting: Setting, value: Any) -> str | int:
    if setting.number:
        try:
            return int(value)
        except ValueError:
            raise BadSetting(f"{setting.name} must be a whole number, not {value!r}.") from None
    text = str(value)
    if setting.name == "TRELLIS_HOME":
        return str(Path(text).absolute())
    for short in ("postgres://", "postgresql://"):
        if setting.name.startswith("DATABASE") and text.startswith(short):
            return "postgresql+psycopg://" + text.removeprefix(short)
    return text


def socket_path(home: str, user: int) -> str:
    """Where the embedded queue listens: in the data folder, or below /tmp where that path is too long for a socket."""
    path = f"{home}/valkey.sock"
    if len(path.encode()) <= LONGEST_SOCKET:
        return path
    return f"/tmp/trellis-{user}-{hashlib.sha256(home.encode()).hexdigest()[:16]}.sock"


def refuse_weak(values: Mapping[str, Value]) -> None:
    """Raise BadSetting where production would run on something weak."""
    environment = values["TRELLIS_ENV"].value
    if environment not in ("local", "production"):
        raise BadSetting(f"TRELLIS_ENV must be local or production, not {environment!r}.")
    if values["TRELLIS_SIGNUP"].value not in ("open", "invite"):
        raise BadSetting("TRELLIS_SIGNUP must be open or invite.")
    if environment == "local":
        return
    key = str(values["SECRET_KEY"].value)
    if len(key) < 32 or len(set(key)) < 10 or key.lower() in WEAK_KEYS:
        raise BadSetting("In production SECRET_KEY must be set, of at least 32 random characters.")
    if not str(values["PUBLIC_URL"].value).startswith(("http://", "https://")):
        raise BadSetting("In production PUBLIC_URL must be set, as in https://trellis.example.com")
