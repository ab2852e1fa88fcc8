"""A tenant that exists, with an account in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from flask import Flask

from runtime.db import tenant
from runtime.identity import credentials, service
from runtime.identity.doors import service as doors

PASSWORD = "correct horse 9"


@dataclass(frozen=True)
class Home:
    """A tenant with one owner."""

    key: str
    tenant_id: str
    account_id: str
    member_id: str


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Password hashes that cost little; what they are is not tested here."""
    monkeypatch.setattr(credentials, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def home(app: Flask) -> Iterator[Home]:
    """The tenant "home" with its owner li@example.com; the current tenant."""
    made = service.create_tenant("home", "Home")
    account = doors.create_account("Li@Example.com", PASSWORD, "李娜")
    with tenant(made.id):
        member = service.add_member("李娜", account.id)
        service.give_power("owner", member.id)
        yield Home("home", made.id, account.id, member.id)
