"""An app with records in the current tenant."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime import queue
from runtime.contracts import Actor, Change, Saved
from runtime.db import db, new_id, transaction, turns
from runtime.identity.models import Member
from runtime.records import service
from runtime.releases import service as releases
from tests.conftest import Home
from tests.runtime.records.documents import APP

Save = Callable[..., Saved]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """No queue here: hints are counted."""
    hints: list[int] = []
    monkeypatch.setattr("runtime.events.wake", lambda: hints.append(1))
    yield hints
    assert queue


@pytest.fixture
def app_id(admin: Actor) -> str:
    """The published app's id."""
    app = releases.create_app("crm", "客户管理", "zh-CN", admin)
    releases.add_release(app, APP, "", admin)
    return app.id


@pytest.fixture
def rep(app_id: str, tenant_id: str) -> Actor:
    """A member who holds the role of a sales representative."""
    return a_rep(app_id, tenant_id)


def a_rep(app_id: str, tenant_id: str, *roles: str) -> Actor:
    id = new_id()
    with transaction():
        db.session.add(Member(tenant_id=tenant_id, id=id, name="李雷"))
        db.session.flush()
    return Actor(tenant_id, member_id=id, name="李雷", roles={app_id: frozenset(roles or ("rep",))})


@pytest.fixture
def save(app_id: str, admin: Actor) -> Save:
    """Makes or changes a record: `save("visit", subject="x")`, as the admin unless `actor` says otherwise."""

    def make(form: str, id: str | None = None, actor: Actor = admin, rev: int | None = None, **answers: Any) -> Saved:
        act = "update" if id else "create"
        return service.change(Change(app_id, form, act, answers, record_id=id, rev=rev), actor)  # type: ignore[arg-type]

    return make


@pytest.fixture
def much_is_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another tenant is about, and a question of "home" is under way that does not end."""
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    monkeypatch.setattr(turns, "PRESENCE", 600)
    turns.turns.come(new_id())
    turns.turns.take(home.tenant_id)
