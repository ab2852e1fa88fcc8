"""The app "crm" with a pipeline in the tenant "home", its owner, and people who hold roles in it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Actor, Change, Saved
from runtime.db import new_id
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home
from tests.runtime.views.documents import APP

Make = Callable[..., Saved]
AT = "/t/home/a/crm/"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No queue here."""
    monkeypatch.setattr("runtime.events.wake", lambda: None)


@pytest.fixture
def boss(home: Home) -> Actor:
    """The tenant's owner, with the app published."""
    actor, _ = doors.actor_of(home.member_id)  # type: ignore[misc]
    releases.add_release(releases.create_app("crm", "客户管理", "zh-CN", actor), APP, "", actor)
    return actor


@pytest.fixture
def make(boss: Actor) -> Make:
    """Makes a deal, as the owner of the tenant unless `actor` says otherwise."""

    def make(name: str, actor: Actor = boss, **answers: Any) -> Saved:
        app_id = releases.find_app("crm").id
        return records.change(Change(app_id, "deal", "create", {"name": name, **answers}), actor)

    return make


def a_member(*roles: str) -> Any:
    """A new member with these roles, and the account."""
    account = accounts.create_account(f"{new_id()}@example.com", PASSWORD)
    member = identity.add_member("李雷", account.id)
    for role in roles:
        identity.give_role(releases.find_app("crm").id, role, member.id)
    return member, account


def actor_of(member: Any) -> Actor:
    """A member as one who acts."""
    return doors.actor_of(member.id)[0]  # type: ignore[index]


@pytest.fixture
def rep(boss: Actor) -> Actor:
    """A sales representative: own deals, and all that are hot."""
    return actor_of(a_member("rep")[0])


def browser_of(app: Flask, actor: Actor) -> PageClient:
    """A browser in which a member is signed in."""
    client: Any = app.test_client()
    client.sign_in(doors.open_session(identity_account(actor)))
    return client  # type: ignore[no-any-return]


def identity_account(actor: Actor) -> Any:
    """The account that sits on a member's seat."""
    return accounts.find_account_by_id(identity.find_member(str(actor.member_id)).account_id)


@pytest.fixture
def rep_page(app: Flask, rep: Actor) -> PageClient:
    """The rep's browser."""
    return browser_of(app, rep)
