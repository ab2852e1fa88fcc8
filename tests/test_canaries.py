"""A secret of each kind is put in, used, and then looked for wherever anything can be read."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from runtime.backups import service as backups
from runtime.connections import service as connections
from runtime.connections.entering import Entered
from runtime.contracts import Actor
from runtime.db import db, new_id
from runtime.flows.hooks import service as hooks
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from runtime.identity.resets import service as resets
from tests.client import PageClient
from tests.conftest import Home
from tests.runtime.connections.conftest import Outside, outside  # noqa: F401
from tests.runtime.flows.conftest import Workshop, crm, flow, on_created  # noqa: F401
from tests.walk import calls, send, tenant_tables, uuids

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PASSWORD, SEALED = "canary Passw0rd 4711", "canary-sealed-4711"
ORDERED = flow({"id": "sent", "type": "trigger.webhook", "config": {"fields": []}}, key="ordered")
CALLING = flow(
    on_created(), {"type": "call", "config": {"connection": "erp", "method": "GET", "path": "/missing"}}, key="calling"
)


@pytest.fixture
def admin(home: Home) -> Actor:
    """The owner of "home"."""
    return Actor(home.tenant_id, member_id=home.member_id, name="李娜", powers=frozenset({"owner", "admin"}))


@pytest.fixture
def canaries(app: Flask, home: Home, crm: Workshop, outside: Outside) -> dict[str, str]:  # noqa: F811
    """The secrets by what they are; each was used, the connection's by a call whose answer repeats it."""
    app.config["TRELLIS_CALL_NETWORKS"] = "127.0.0.1"
    crm.publish(ORDERED, CALLING)
    account = accounts.create_account("wang@example.com", PASSWORD)
    member = identity.add_member("王五", account.id)
    entered = Entered("erp", "ERP", outside.url, "bearer", {"token": SEALED}, (crm.id,))
    connections.add(entered, crm.admin)
    made = {
        "password": PASSWORD,
        "session": doors.open_session(account),
        "token": doors.issue_token(home.member_id, doors.SCOPES),
        "reset link": resets.issue(member.id),
        "invitation": invitations.invite(identity.add_member("张三").id),
        "webhook": hooks.open_address(crm.id, "ordered", "sent", crm.admin)[1],
        "connection": SEALED,
        "key of all": app.config["SECRET_KEY"],
    }
    app.test_client().post("/sign-in", data={"sign_in": "wang@example.com", "password": PASSWORD})
    crm.create(name="仁和医院")
    crm.drain()
    assert [sent for _, _, headers, _ in outside.got if SEALED in (sent := headers.get("authorization", ""))]
    return made


def answers(app: Flask, owner: PageClient, token: str) -> Iterator[tuple[str, str]]:
    """What every page and call says, asked for each thing that there is."""
    values = {"tenant": "home", "app": "crm", "form": "customer", "target": "customer", "flow": "calling", "node": "n1"}
    ids = [db.session.scalar(select(table.c.id)) for table in tenant_tables() if "id" in table.c]
    for call in calls(app):
        if call.method == "GET":
            for id in [str(one) for one in ids if one] if uuids(call) else [new_id()]:
                path = call.path(values | {"kind": "form", "role": "rep"} | dict.fromkeys(uuids(call), id))
                yield path, send(owner, call, path, token).text


def test_t42_no_secret_is_shown_kept_logged_exported_or_backed_up(
    app: Flask,
    owner: PageClient,
    canaries: dict[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    said = dict(answers(app, owner, canaries["token"]))
    assert any("/runs/" in path and "•••" in text for path, text in said.items())  # the answer that repeated it
    monkeypatch.setattr(doors, "sign_in", lambda *given: 1 // 0)
    said["error page"] = app.test_client().post("/sign-in", data={"sign_in": "x", "password": PASSWORD}).text
    said["rows"] = repr([list(db.session.connection().execute(select(table))) for table in db.metadata.sorted_tables])
    backups.backup(tmp_path / "all.zip", tmp_path)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        said["backup"] = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    said["log"] = caplog.text
    assert "ZeroDivisionError" in caplog.text
    found = [(kind, place) for kind, secret in canaries.items() for place, text in said.items() if secret in text]
    assert found == []
    assert len(said) > 60
