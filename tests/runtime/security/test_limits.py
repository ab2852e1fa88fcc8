"""How often something may be tried."""

import pytest
from flask import Flask

from runtime.identity.doors import service as doors
from runtime.security.access import scoped
from runtime.security.guard import Unauthenticated
from runtime.security.limits import limiter
from runtime.security.setup import install
from tests.client import PageClient


def test_t39_bad_tokens_are_counted_by_address(nobody: PageClient) -> None:
    statuses = [nobody.get("/api/v1/p/read", headers={"Authorization": "Bearer x"}).status_code for _ in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({401}, 429)


def counting_app(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app that counts tries where production does."""
    for name in ("_storage", "_limiter", "_fallback_limiter", "_storage_dead"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", REDIS_URL=redis_url)
    install(app, doors.Keeper(str))
    app.register_error_handler(Unauthenticated, lambda error: ("", 401))
    app.add_url_rule("/", "start", scoped("admin")(lambda: ""))
    return app


def test_t39_tries_are_counted_beside_the_queue_so_that_all_processes_count_together(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (counting_app(valkey, monkeypatch).test_client() for _ in range(2))
    statuses = [client.get("/").status_code for client in [first, second] * 31]
    assert (set(statuses[:60]), set(statuses[60:])) == ({401}, {429})


def test_t39_without_the_queue_tries_are_counted_in_memory(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = counting_app(f"unix://{tmp_path}/gone.sock", monkeypatch).test_client()
    statuses = [client.get("/").status_code for _ in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({401}, 429)
