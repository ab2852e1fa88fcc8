"""A published app with a form that unfolds, its owner's browser, and a rep's."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import BROWSER_PATIENCE, PASSWORD, Home
from tests.runtime.forms.documents import APP


@dataclass(frozen=True)
class Sales:
    """The app, and the people in it."""

    app_id: str
    home: Home

    def person(self, app: Flask, name: str, *roles: str) -> PageClient:
        """A signed-in browser of a new member with these roles."""
        account = accounts.create_account(name, PASSWORD)
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


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app served on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(app: Flask, rep: PageClient, address: str, chromium: Browser) -> Iterator[Page]:
    """The rep's phone, signed in; whatever its console complains of fails the test."""
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = rep.get_cookie(name)
    assert cookie
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=address, locale="zh-CN")
    context.set_default_timeout(BROWSER_PATIENCE)
    context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert [said for said in complaints if not said.startswith("Failed to load resource: the server")] == []
