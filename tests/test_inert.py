"""Whatever people and admins write anywhere is text on every page: it runs nothing, asks for nothing, opens nothing."""

import copy
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from builder.publishing import service as publishing
from runtime.contracts import Actor, Change
from runtime.db import db, tenant, transaction
from runtime.files import service as files
from runtime.flows.draining import service as draining
from runtime.flows.models import FlowRun, Incident
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.notices import service as notices
from runtime.records import service as records
from tests import walk
from tests.conftest import BROWSER_PATIENCE
from tests.runtime.forms.conftest import address  # noqa: F401

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

EVIL = (
    '"><img src=/evil onerror=alert(1)><svg onload=alert(2)><a href="javascript:alert(3)">a</a>'
    "<b hx-get=/evil hx-trigger=load data-hx-on:load=alert(4)>b</b></script><script>alert(5)</script>"
)
WORDS = ("title", "description", "help", "summary", "body", "ui:help", "ui:placeholder", "unit")
ARRIVED = "[src='/evil'], [hx-get='/evil'], [data-hx-on\\:load], a[href^='javascript:' i], svg[onload]"


def evil(document: Any) -> Any:
    """The document with every text that a person reads replaced by what would run, if it were not text."""
    if isinstance(document, list):
        return [evil(one) for one in document]
    if not isinstance(document, dict):
        return document
    return {key: EVIL if key in WORDS and isinstance(value, str) else evil(value) for key, value in document.items()}


class Wild:
    """A tenant with something of everything, called what `said` says."""

    said = EVIL

    def __init__(self, home: Path) -> None:
        made = identity.create_tenant("wild", self.said[:200])
        self.account = accounts.create_account("wild@example.com", "correct horse 9", self.said[:100])
        with tenant(made.id):
            department = departments.add(self.said[:60])
            self.member = identity.add_member(self.said[:100], self.account.id, department.id)
            identity.give_power("owner", self.member.id)
            self.actor = Actor(made.id, member_id=self.member.id, name=self.said, powers=frozenset({"owner", "admin"}))
            self.app, _ = publishing.take_in(self.document(), self.actor, live=True)
            self.fill(home)
            with transaction():
                for table in walk.tenant_tables():
                    walk.fill(table, self.known(made.id))
            self.department_id = department.id

    def document(self) -> dict[str, Any]:
        """Its app."""
        return evil(copy.deepcopy(walk.GOLDEN))  # type: ignore[no-any-return]

    def fill(self, home: Path) -> None:
        """Records, a file, a run, a notice, an incident, a token and an invitation, all called so."""
        answers = {"name": self.said[:100], "address": self.said, "industry": "医疗", "annual_purchase": 1}
        customer = records.change(Change(self.app.id, "customer", "create", answers), self.actor)
        visit = {"customer": customer.id}
        change = Change(self.app.id, "visit", "create", visit, lenient=True)
        records.change(change, self.actor)
        files.keep(io.BytesIO(b"x"), self.said[:80], self.actor, home)
        notices.send([self.member.id], self.said[:150], self.said)
        doors.issue_token(self.member.id, ["records:read"], title=self.said[:60])
        self.record = customer.id

    def known(self, tenant_id: str) -> dict[str, Any]:
        ids = {"tenant_id": tenant_id, "app_id": self.app.id, "member_id": self.member.id, "record_id": self.record}
        return (
            ids
            | {"owner_id": self.member.id, "form": "customer", "account_id": self.account.id}
            | {"error": {"text": self.said, "values": {}}}
        )

    @property
    def ids(self) -> dict[str, str]:
        """The id that stands for each parameter of an address; of runs the latest, which is a real one."""
        runs = db.session.scalar(select(FlowRun.id).order_by(FlowRun.id.desc())) or self.record
        incident = db.session.scalar(select(Incident.id)) or self.record
        file = db.session.scalar(select(func.max(files.File.id)))
        found = {"record": self.record, "run": runs, "incident": incident, "file": file, "member": self.member.id}
        return found | {"department": self.department_id, "link": self.record, "connection": self.first("connection")}

    def first(self, table: str) -> str:
        """The id of a row of a table."""
        return str(db.session.scalar(select(db.metadata.tables[table].c.id)))

    def pages(self, app: Flask) -> Iterator[str]:
        """The address of every page."""
        with tenant(self.actor.tenant_id):
            ids = self.ids
        for call in walk.calls(app):
            if call.method == "GET" and not call.is_api and call.rule not in ("/t/<tenant>/files/<uuid:file>",):
                values = {"tenant": "wild", "app": "sales", "form": "customer", "flow": "grade_customer", "role": "rep"}
                values |= {"node": "push", "target": "customer", "kind": "form", "view": "board", "key": "sales"}
                yield call.path(values | ids)


@pytest.fixture
def wild(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wild:
    monkeypatch.setattr("runtime.events.wake", lambda: None)
    dummy = walk.dummy
    monkeypatch.setattr(walk, "dummy", lambda kind: EVIL[:60] if (found := dummy(kind)) == "x" else found)
    made = Wild(tmp_path)
    draining.drain(app.config)
    return made


@pytest.fixture
def browser_page(app: Flask, wild: Wild, chromium: Any, address: str) -> Iterator[Page]:  # noqa: F811
    """The owner's browser; what its console complains of or opens, and whatever asks for /evil, fails the test."""
    client = app.test_client()
    client.sign_in(doors.open_session(wild.account))  # type: ignore[attr-defined]
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
    context.set_default_timeout(BROWSER_PATIENCE)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    page.on("dialog", lambda dialog: complaints.append(f"{page.url} {dialog.message}"))
    page.on("console", lambda said: complaints.append(f"{page.url} {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: complaints.append(f"{page.url} asks {asked.url}") if "evil" in asked.url else None)
    yield page
    context.close()
    assert [said for said in complaints if "Failed to load resource: the server responded" not in said] == []


def test_t23_nothing_that_anybody_wrote_runs_on_any_page(app: Flask, wild: Wild, browser_page: Page) -> None:
    broken, showing = [], 0
    for path in wild.pages(app):
        if path.endswith("/export"):
            continue  # a download
        answer = browser_page.goto(path)
        assert answer
        if answer.status >= 500 or browser_page.locator(ARRIVED).count():
            broken.append((path, answer.status))
        showing += "onerror=" in browser_page.inner_text("body")
    assert broken == []
    assert showing >= 15


def test_t23_nothing_runs_in_the_designers_while_it_is_edited(wild: Wild, browser_page: Page) -> None:
    build = "/t/wild/a/sales/build"
    browser_page.goto(f"{build}/forms/customer")
    browser_page.wait_for_selector("html[data-ready=form]")
    for number in range(browser_page.locator(".built-select").count()):
        browser_page.locator(".built-select").nth(number).click()
        expect(browser_page.locator("#panel [name='f.title']")).to_have_value(EVIL)
        assert not browser_page.locator(ARRIVED).count()
    tabs = {"tab-rules": ".rules", "tab-texts": ".texts", "tab-source": ".source", "show-check": ".checks"}
    for tab, arrived in tabs.items():
        browser_page.locator(f"#{tab}").click()
        expect(browser_page.locator(f"#panel {arrived}")).to_be_visible()
        assert not browser_page.locator(ARRIVED).count()
    browser_page.locator("#show-preview").click()
    preview = browser_page.frame_locator(".preview-phone iframe")
    expect(preview.locator(".q-label").first).to_contain_text("onerror=")
    assert not preview.locator(ARRIVED).count()
    browser_page.goto(f"{build}/flows/grade_customer")
    browser_page.wait_for_selector("html[data-ready=flow]")
    for node in ("rich", "tag", "push"):
        browser_page.locator(f'.step[data-node="{node}"]').click()
        expect(browser_page.locator("#panel code")).to_have_text(node)
        assert not browser_page.locator(ARRIVED).count()


def test_t23_answers_of_the_api_are_json_and_never_sniffed(app: Flask, wild: Wild) -> None:
    with tenant(wild.actor.tenant_id):
        token, ids = doors.issue_token(wild.member.id, doors.SCOPES), wild.ids
    for call in walk.calls(app):
        if call.is_api and call.method == "GET":
            values = {"app": "sales", "form": "customer", "flow": "grade_customer"} | ids
            answer = walk.send(app.test_client(), call, call.path(values | {"job": wild.record}), token)
            assert re.fullmatch(r"application/(problem\+)?json", answer.mimetype), call.rule
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
