"""A published app with a form that unfolds, its owner's browser, and a rep's."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home
from tests.runtime.forms.documents import APP


@dataclass(frozen=True)
class Sales:
    """The app, and the people in it."""

    app_id: str
    home: Home

    def person(self, app: Flask, name: str, *roles: str) -> PageClient:
        """A signed-in browser of a new member with these roles."""
        account = doors.create_account(name, PASSWORD)
        member = identity.add_member(name, account.id)
        for role in roles:
            identity.give_role(self.app_id, role, member.id)
        client: Any = app.test_client()
        client.sign_in(doors.open_session(account))
        client.member_id = member.id
        return client  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No queue here."""
    monkeypatch.setattr("runtime.events.wake", lambda: None)


@pytest.fixture
def sales(home: Home) -> Sales:
    """The published app "crm" of the tenant "home"."""
    actor, _ = doors.actor_of(home.member_id)
    app = releases.create_app("crm", "客户管理", "zh-CN", actor)
    releases.add_release(app, APP, "", actor)
    return Sales(app.id, home)


@pytest.fixture
def rep(app: Flask, sales: Sales) -> PageClient:
    """The browser of a sales representative."""
    return sales.person(app, "rep@example.com", "rep")
