"""Imports over REST: sent as a form with a file, carried out by a worker, read with errors by row, taken back."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from builder.publishing import service as publishing
from runtime import queue
from runtime.db import db, new_id, tenant
from runtime.exchange import service
from runtime.exchange.models import ImportJob
from runtime.flows.draining.service import drain
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from tests.conftest import PASSWORD, Home
from tests.runtime.exchange.test_import import APP

IMPORTS = "/api/v1/apps/crm/forms/account/imports"
TABLE = "名称,收入\n甲,1\n乙,viel\n丙,3\n"


class Caller:
    """Calls the API with one token."""

    def __init__(self, app: Flask, member_id: str, *scopes: str) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {doors.issue_token(member_id, scopes)}"}

    def __call__(self, method: str, path: str, **sent: Any) -> Any:
        return self.client.open(path, method=method, headers=self.headers, **sent)

    def send(self, text: str | bytes = TABLE, name: str = "a.csv", path: str = IMPORTS, **options: Any) -> Any:
        content = text.encode() if isinstance(text, str) else text
        return self("POST", path, data={"file": (io.BytesIO(content), name), "options": json.dumps(options)})


@pytest.fixture
def call(app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The API as the owner of a tenant with an app calls it; nobody listens to hints."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    found = doors.actor_of(home.member_id)
    assert found is not None
    publishing.take_in(APP, found[0], live=True)
    return Caller(app, home.member_id, "records:read", "records:write")


def a_member(name: str = "王") -> str:
    """Somebody with an account and without a role."""
    account = accounts.create_account(f"{new_id()}@example.com", PASSWORD, name)
    return identity.add_member(name, account.id).id


def kept_files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.config["TRELLIS_HOME"]) / "files").rglob("*") if path.is_file()]


def jobs(home: Home) -> int:
    with tenant(home.tenant_id):
        return db.session.query(ImportJob).count()


def test_an_import_is_asked_for_carried_out_read_and_taken_back(app: Flask, call: Caller) -> None:
    asked = call.send()
    assert (asked.status_code, asked.json["state"], asked.json["file"]) == (202, "waiting", "a.csv")
    assert asked.headers["Location"] == f"/api/v1/imports/{asked.json['import']}"
    assert drain(app.config) == 1
    read = call("GET", asked.headers["Location"]).json
    assert (read["state"], read["done"], read["created"], read["refused"]) == ("done", 3, 2, 1)
    [error] = read["errors"]
    assert (error["row"], error["field"], error["keyword"], error["value"]) == (3, "revenue", "type", "viel")
    assert "viel" in error["message"]
    assert read["rows_by_field"] == {"revenue": 1}
    assert call("GET", "/api/v1/apps/crm/forms/account/records").json["count"] == 2
    undo = call("DELETE", asked.headers["Location"])
    assert (undo.status_code, undo.json["state"], undo.headers["Location"]) == (
        202,
        "undoing",
        asked.headers["Location"],
    )
    assert drain(app.config) == 1
    assert call("GET", "/api/v1/apps/crm/forms/account/records").json["count"] == 0
    read = call("GET", asked.headers["Location"]).json
    assert (read["state"], read["undone"], read["kept"]) == ("undone", 2, 0)
    assert call("DELETE", asked.headers["Location"]).status_code == 409


def test_errors_are_read_page_by_page(app: Flask, call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_NOTES", 2)
    address = call.send("名称,收入\n" + "甲,x\n" * 5).headers["Location"]
    drain(app.config)
    assert [error["row"] for error in call("GET", f"{address}?after=3").json["errors"]][:2] == [4, 5]


def test_what_is_no_multipart_form_is_415(app: Flask, call: Caller, home: Home) -> None:
    for sent in ({"json": {"file": "x"}}, {"data": b"a,b", "content_type": "text/csv"}):
        assert call("POST", IMPORTS, **sent).status_code == 415
    assert (kept_files(app), jobs(home)) == ([], 0)


def test_t25_a_json_body_that_names_a_file_of_ours_reads_nothing(app: Flask, call: Caller, home: Home) -> None:
    named = {"filepath": "/etc/passwd", "path": "/etc/passwd", "name": "a.csv"}
    answer = call("POST", IMPORTS, json={"files": [named], "file": named})
    assert answer.status_code == 415
    assert "root" not in answer.text
    as_field = call("POST", IMPORTS, data={"file": "/etc/passwd"}, content_type="multipart/form-data")
    assert (as_field.status_code, kept_files(app), jobs(home)) == (400, [], 0)


@pytest.mark.parametrize(
    "name",
    ["../../x.csv", "/etc/passwd", "a\x00b.csv", "C:\\Windows\\x.csv", "客" * 300 + ".csv", "a\u202evsc.exe", "..", ""],
)
def test_t26_a_hostile_file_name_is_shown_clean_and_kept_by_a_random_id(app: Flask, call: Caller, name: str) -> None:
    answer = call.send(name=name or "x", path=IMPORTS)
    assert answer.status_code in (202, 400)
    shown = answer.json.get("file", "")
    assert not set(shown) & set("/\\\x00\u202e")
    assert len(shown) <= 120
    home = Path(app.config["TRELLIS_HOME"]).resolve()
    assert all(path.resolve().is_relative_to(home / "files") and len(path.name) == 36 for path in kept_files(app))


def test_a_file_that_is_too_large_is_413_and_not_kept(
    app: Flask, call: Caller, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_BYTES", 1_000)
    assert call.send("名称\n" + "甲\n" * 1_000).status_code == 413
    assert (kept_files(app), jobs(home)) == ([], 0)


def test_options_that_cannot_work_are_422_with_all_problems(app: Flask, call: Caller, home: Home) -> None:
    answer = call.send(mapping={"没有": "name"}, mode="merge")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert {error["pointer"] for error in answer.json["errors"]} >= {"/mapping/没有", "/mode"}
    assert (kept_files(app), jobs(home)) == ([], 0)


@pytest.mark.parametrize("options", ["[]", "3", "null", '"x"', "{", '{"a":1,"a":2}', "[" * 1_000])
def test_options_that_are_no_object_are_refused_in_words(call: Caller, options: str) -> None:
    answer = call("POST", IMPORTS, data={"file": (io.BytesIO(TABLE.encode()), "a.csv"), "options": options})
    assert answer.status_code in (400, 422)
    assert answer.json.get("detail") or answer.json.get("errors")


def test_a_file_that_is_no_table_is_400(app: Flask, call: Caller) -> None:
    assert call.send(b"\x00\x01\x02").status_code == 400
    assert kept_files(app) == []


def test_importing_needs_the_scope_and_the_right(app: Flask, call: Caller, home: Home) -> None:
    assert Caller(app, home.member_id, "records:read").send().status_code == 403
    answer = Caller(app, a_member(), "records:read", "records:write").send()
    assert answer.status_code in (403, 404)
    assert kept_files(app) == []


def test_an_import_is_seen_by_who_asked_and_by_who_rules_only(app: Flask, call: Caller, home: Home) -> None:
    address = call.send().headers["Location"]
    other = Caller(app, a_member(), "records:read", "records:write")
    assert [other(verb, address).status_code for verb in ("GET", "DELETE")] == [404, 404]


def test_t07_an_import_of_another_tenant_is_as_one_that_is_missing(app: Flask, call: Caller) -> None:
    address = call.send().headers["Location"]
    theirs = identity.create_tenant("other", "Other")
    with tenant(theirs.id):
        member_id = a_member()
        identity.give_power("owner", member_id)
        other = Caller(app, member_id, "records:read", "records:write")
        for verb in ("GET", "DELETE"):
            found, missing = other(verb, address), other(verb, f"/api/v1/imports/{new_id()}")
            assert (found.status_code, found.json) == (404, missing.json)
        assert other.send().status_code == 404
