"""What waits for a person stands first on the home of an app."""

import pytest
from flask import Flask

from builder.publishing import service as publishing
from runtime.contracts import Actor, Change
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases.service import find_app
from tests.client import PageClient
from tests.conftest import Home

TASK = {
    "format": "form/1",
    "key": "task",
    "title": "任务",
    "label": "title",
    "schema": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "title": "任务"},
            "due": {"type": "string", "format": "date", "title": "截止日期"},
            "done": {"type": "boolean", "title": "完成"},
        },
        "required": ["title"],
    },
}
MINE = {"and": [{"field": "owner", "op": "eq", "value": {"me": True}}, {"field": "done", "op": "ne", "value": True}]}
VIEW = {"format": "view/1", "key": "mine", "title": "我的任务 <b>", "kind": "table", "form": "task", "waiting": True}
OTHER = {"format": "view/1", "key": "all", "title": "全部任务", "kind": "table", "form": "task"}
REP = {
    "format": "role/1",
    "key": "rep",
    "title": "销售",
    "policies": [{"form": "task", "rows": "record.owner == me.id", "read": ["*"], "write": ["*"], "acts": ["create"]}],
}
APP = {
    "format": "app/1",
    "key": "crm",
    "title": "CRM",
    "lang": "zh-CN",
    "forms": [TASK],
    "views": [{**VIEW, "filter": MINE, "sort": ["due"], "columns": ["title", "due"]}, OTHER],
    "roles": [REP],
}


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found is not None
    publishing.take_in(APP, found[0], live=True)
    return found[0]


def task(actor: Actor, title: str, due: str, **other: object) -> None:
    answers = {"title": title, "due": due, **other}
    records.change(Change(find_app("crm").id, "task", "create", answers), actor)


def test_the_first_of_what_waits_are_shown_in_order_with_how_many_there_are(owner: PageClient, boss: Actor) -> None:
    for day in range(9, 1, -1):
        task(boss, f"visit {day} <i>", f"2026-09-0{day}")
    task(boss, "over", "2026-09-01", done=True)
    page = owner.get("/t/home/a/crm/").text
    first = page.index("visit 2 &lt;i&gt;")
    assert first < page.index("visit 6 &lt;i&gt;") < page.index("/t/home/a/crm/f/task/new")
    assert "visit 7" not in page
    assert "over" not in page[first:].split("</section>")[0]
    assert "我的任务 &lt;b&gt;" in page
    assert '<span class="queue-count">8' in page
    assert "全部任务" not in page


def test_where_nothing_waits_nothing_is_said(app: Flask, owner: PageClient, boss: Actor) -> None:
    task(boss, "visit", "2026-09-02")
    account = accounts.create_account("rep@example.com", "correct horse 9", "销售")
    member = identity.add_member("销售", account.id)
    identity.give_role(find_app("crm").id, "rep", member.id)
    rep = app.test_client()
    rep.sign_in(doors.open_session(account))  # type: ignore[attr-defined]
    page = rep.get("/t/home/a/crm/").text
    assert "我的任务" not in page
    assert "visit" not in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_phone_can_keep_the_workspace_beside_its_apps(owner: PageClient) -> None:
    told = owner.get("/t/home/manifest.webmanifest").json
    assert (told["name"], told["start_url"], told["display"]) == ("Home", "/t/home/", "standalone")
    for icon in told["icons"]:
        with owner.get(icon["src"]) as answer:
            assert answer.data.startswith(b"\x89PNG")
    assert 'rel="manifest" href="/t/home/manifest.webmanifest"' in owner.get("/t/home/me").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_app_in_which_one_holds_nothing_is_not_named(app: Flask, boss: Actor) -> None:
    account = accounts.create_account("new@example.com", "correct horse 9", "新人")
    identity.add_member("新人", account.id)
    newcomer = app.test_client()
    newcomer.sign_in(doors.open_session(account))  # type: ignore[attr-defined]
    page = newcomer.get("/t/home/")
    assert (page.status_code, "app-card" in page.text) == (200, False)
    assert newcomer.get("/t/home/a/crm/").status_code == 404
