"""Uploading and fetching files."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Actor, Change
from runtime.db import new_id, tenant
from runtime.files import service as files
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home
from tests.runtime.records.documents import APP

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
FILES = "/t/home/files/"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No queue here."""
    monkeypatch.setattr("runtime.events.wake", lambda: None)


def send(client: PageClient, content: bytes = PNG, name: str = "现场.png") -> Any:
    sent = {"file": (io.BytesIO(content), name)}
    return client.post(FILES, data=sent, content_type="multipart/form-data")


def fetch(client: PageClient, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    answer.get_data()
    answer.close()
    return answer


def a_browser(app: Flask, *roles: str) -> PageClient:
    account = accounts.create_account(f"{new_id()}@example.com", PASSWORD)
    member = identity.add_member("李雷", account.id)
    for role in roles:
        identity.give_role(releases.find_app("crm").id, role, member.id)
    client: Any = app.test_client()
    client.sign_in(doors.open_session(account))
    client.member_id = member.id
    return client  # type: ignore[no-any-return]


def test_a_file_is_kept_and_given_back_as_a_download(owner: PageClient, settings: dict[str, Any]) -> None:
    kept = send(owner)
    assert kept.status_code == 201
    assert kept.json | {"id": ""} == {"id": "", "name": "现场.png", "size": len(PNG), "type": "image/png"}
    answer = fetch(owner, FILES + kept.json["id"])
    assert answer.data == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert files.path_of(Path(settings["TRELLIS_HOME"]), kept.json["id"]).read_bytes() == PNG


HOSTILE = [
    (b"<html><script>alert(1)</script>", "x.html"),
    (b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>", "x.svg"),
    (b"<?xml version='1.0'?>", "x.xml"), (b"<script>alert(1)</script>", "x.png"),
    (b"MZ\x90", "x.jpg.exe"), (b"{}", "x.json"),
]  # fmt: skip


def test_t24_nothing_uploaded_runs_in_a_browser(owner: PageClient) -> None:
    for content, name in HOSTILE:
        address = FILES + send(owner, content, name).json["id"]
        for asked in (address, address + "?thumb=1"):
            answer = fetch(owner, asked)
            assert answer.headers["Content-Disposition"].startswith("attachment"), name
            assert answer.mimetype == "application/octet-stream"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_only_a_real_picture_is_shown_in_place(owner: PageClient) -> None:
    answer = fetch(owner, FILES + send(owner).json["id"] + "?thumb=1")
    assert answer.mimetype == "image/png"
    assert not answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_t14_a_browser_that_keeps_a_file_asks_each_time_whether_it_may_still_show_it(
    app: Flask, owner: PageClient
) -> None:
    address = FILES + send(owner).json["id"] + "?thumb=1"
    first = fetch(owner, address)
    assert "no-cache" in first.headers["Cache-Control"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert fetch(owner, address, **known).status_code == 304
    owner.post("/sign-out")
    assert fetch(owner, address, **known).status_code == 302


def test_t26_a_hostile_name_touches_no_path(owner: PageClient, settings: dict[str, Any]) -> None:
    for name in ("../../x", "/etc/cron.d/x", "C:\\x", "a" * 300 + ".png", "x\u202egnp.exe"):
        kept = send(owner, PNG, name)
        assert kept.status_code == 201
        assert "/" not in kept.json["name"]
        assert "\u202e" not in kept.json["name"]
    stored = {path.name for path in (Path(settings["TRELLIS_HOME"]) / "files").rglob("*") if path.is_file()}
    assert all(len(name) == 36 for name in stored)


def test_a_file_too_large_is_refused_and_leaves_nothing(
    owner: PageClient, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.keep, "__defaults__", (10,))
    assert send(owner).status_code == 413
    assert not [path for path in (Path(settings["TRELLIS_HOME"]) / "files").rglob("*") if path.is_file()]


def test_t25_a_body_that_is_no_upload_is_refused(owner: PageClient) -> None:
    assert owner.post(FILES, json={"files": [{"filepath": "/etc/passwd"}]}).status_code == 400


@pytest.fixture
def boss(home: Home) -> Actor:
    """The owner, with the app published."""
    actor, _ = doors.actor_of(home.member_id)  # type: ignore[misc]
    releases.add_release(releases.create_app("crm", "客户管理", "zh-CN", actor), APP, "", actor)
    return actor


def test_a_file_is_read_by_who_may_read_the_record_it_is_on(app: Flask, boss: Actor, owner: PageClient) -> None:
    rep, other = a_browser(app, "rep"), a_browser(app, "rep")
    kept = send(rep).json
    assert [fetch(client, FILES + kept["id"]).status_code for client in (rep, owner, other)] == [200, 404, 404]
    actor, _ = doors.actor_of(rep.member_id)  # type: ignore[misc, attr-defined]
    answers = {"subject": "a", "photos": [{"id": kept["id"], "name": "<lie>", "size": 1, "type": "text/html"}]}
    made = records.change(Change(releases.find_app("crm").id, "visit", "create", answers), actor)
    assert made.data["photos"] == [kept]
    assert [fetch(client, FILES + kept["id"]).status_code for client in (rep, owner, other)] == [200, 200, 404]


def test_t10_somebody_elses_file_cannot_be_attached(app: Flask, boss: Actor, owner: PageClient) -> None:
    rep, thief = a_browser(app, "rep"), a_browser(app, "rep")
    id = send(rep).json["id"]
    actor, _ = doors.actor_of(thief.member_id)  # type: ignore[misc, attr-defined]
    change = Change(releases.find_app("crm").id, "visit", "create", {"subject": "a", "photos": [{"id": id}]})
    with pytest.raises(records.Refused) as caught:
        records.change(change, actor)
    assert [problem.pointer for problem in caught.value.problems] == ["/photos"]


def test_t07_another_tenants_file_is_404_like_a_missing_one(app: Flask, owner: PageClient, home: Home) -> None:
    id = send(owner).json["id"]
    with tenant(identity.create_tenant("other", "Other").id):
        account = accounts.create_account("s@example.com", PASSWORD)
        identity.give_power("owner", identity.add_member("陌生人", account.id).id)
        thief: Any = app.test_client()
        thief.sign_in(doors.open_session(account))
    answers = [thief.get(f"/t/other/files/{one}") for one in (id, new_id())]
    assert [answer.status_code for answer in answers] == [404, 404]
    same = [re.sub(r"csrf.token.*|[0-9a-f-]{36}", "", answer.text) for answer in answers]
    assert same[0] == same[1]
    assert thief.get(FILES + id).status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_has_sent_too_much_that_no_record_holds_is_told_in_the_language_of_the_page(
    app: Flask, owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRELLIS_LOOSE_FILES", 1)
    assert [send(owner, b"x" * 400_000).status_code for _ in range(2)] == [201, 201]
    for lang, words in (("zh-CN", "您已上传 1 MB"), ("en", "You have sent 1 MB")):
        sent = {"file": (io.BytesIO(b"x" * 400_000), "a.txt")}
        headers = {"Accept": "application/json", "Accept-Language": lang}
        refused = owner.post(FILES, data=sent, content_type="multipart/form-data", headers=headers)
        assert (refused.status_code, refused.json["detail"][: len(words)]) == (413, words)
