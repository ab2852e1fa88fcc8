"""A form under people in a hurry: double clicks, the back button, two tabs, ended sessions, cut lines, new releases."""

import copy
import re
from typing import Any
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from runtime.db import db, transaction
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Session
from runtime.records.models import record
from runtime.releases import service as releases
from tests.client import PageClient
from tests.runtime.forms.conftest import Sales
from tests.runtime.forms.documents import APP, VISIT

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NEW = "/t/home/a/crm/f/visit/new"
SAVED = re.compile(r"/f/visit/[0-9a-f-]{36}$")


def rows() -> list[dict[str, Any]]:
    db.session.rollback()
    return [row.data for row in db.session.execute(record.select().where(record.c.form == "visit"))]


def field(page: Page, name: str) -> Any:
    return page.locator(f'[name="f.{name}"]')


def fill(page: Page, subject: str) -> None:
    """A dealer's visit, which is whole."""
    page.goto(NEW)
    field(page, "subject").fill(subject)
    field(page, "kind").last.check()


def submit(page: Page) -> Any:
    return page.locator("#answers button[type=submit]")


def publish(sales: Sales, **properties: Any) -> None:
    """A release whose visit form asks these questions too."""
    boss, _ = doors.actor_of(sales.home.member_id)  # type: ignore[misc]
    form = copy.deepcopy(VISIT)
    form["schema"]["properties"] |= properties
    form["schema"]["required"] = [*form["schema"].get("required", []), *properties]
    releases.add_release(releases.find_app("crm"), {**APP, "forms": [APP["forms"][0], form]}, "", boss)


def test_a_double_click_makes_one_record(phone: Page) -> None:
    fill(phone, "双击")
    submit(phone).dblclick()
    expect(phone).to_have_url(SAVED)
    assert [row["subject"] for row in rows()] == ["双击"]


def test_going_back_and_sending_again_makes_no_second_record(phone: Page) -> None:
    fill(phone, "返回")
    submit(phone).click()
    expect(phone).to_have_url(SAVED)
    phone.go_back()
    if submit(phone).count() and field(phone, "subject").input_value() == "返回":
        with phone.expect_navigation():
            submit(phone).click()
    assert [row["subject"] for row in rows()] == ["返回"]


def test_two_tabs_with_one_draft_lose_nothing_that_was_sent(phone: Page) -> None:
    fill(phone, "第一页")
    expect(phone.locator("[data-draft-state]")).not_to_be_empty()
    other = phone.context.new_page()
    other.goto(NEW)
    expect(field(other, "subject")).to_have_value("第一页")
    field(other, "subject").fill("第二页")
    submit(other).click()
    expect(other).to_have_url(SAVED)
    with phone.expect_navigation():
        submit(phone).click()
    assert "第二页" in [row["subject"] for row in rows()]
    assert phone.url.endswith("/new") == (len(rows()) == 1)
    if phone.url.endswith("/new"):
        expect(field(phone, "subject")).to_have_value("第一页")


def test_a_session_that_ended_in_the_middle_loses_nothing_typed(phone: Page, rep: PageClient, address: str) -> None:
    fill(phone, "会话")
    account = db.session.scalar(select(Session.account_id).order_by(Session.created_at.desc()))
    assert account
    with transaction() as session:  # the page keeps its draft meanwhile, and a read cannot be turned into a write
        session.execute(Session.__table__.delete())
    submit(phone).click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("session has ended|登录已过期"))
    expect(field(phone, "subject")).to_have_value("会话")
    assert rows() == []
    rep.sign_in(doors.open_session(accounts.find_account_by_id(account)))
    cookie = rep.get_cookie("trellis")
    assert cookie
    phone.context.add_cookies([{"name": "trellis", "value": cookie.value, "url": address}])
    submit(phone).click()
    expect(phone).to_have_url(SAVED)
    assert [row["subject"] for row in rows()] == ["会话"]


def test_an_answer_under_a_newer_release_comes_back_with_what_was_typed(phone: Page, sales: Sales) -> None:
    fill(phone, "旧版本")
    publish(sales, budget={"type": "number", "title": "预算"})
    submit(phone).click()
    expect(phone.locator("#problems")).to_contain_text("预算")
    expect(field(phone, "subject")).to_have_value("旧版本")
    assert rows() == []
    phone.goto(NEW)
    expect(field(phone, "subject")).to_have_value("旧版本")
    field(phone, "budget").fill("7")
    submit(phone).click()
    expect(phone).to_have_url(SAVED)
    assert [row["budget"] for row in rows()] == [7]


def test_what_is_typed_while_the_line_is_cut_is_kept_once_it_is_back(phone: Page) -> None:
    phone.goto(NEW)
    phone.route("**/draft", lambda route: route.fulfill(status=503))
    field(phone, "subject").fill("断网")
    with phone.expect_response(re.compile(r"/draft$")):
        field(phone, "note").fill("说到一半")
    phone.unroute("**/draft")
    with phone.expect_response(lambda answer: quote_plus("说到一半再来") in (answer.request.post_data or "")):
        field(phone, "note").fill("说到一半再来")
    phone.goto(NEW)
    expect(field(phone, "subject")).to_have_value("断网")
    expect(field(phone, "note")).to_have_value("说到一半再来")


def test_a_form_of_five_hundred_questions_and_three_hundred_options_is_usable(phone: Page, sales: Sales) -> None:
    many = {f"q{n}": {"type": "string", "title": f"{'很长的题目' * 12}{n}"} for n in range(480)}
    options = [{"const": f"o{n}", "title": f"选项{n}"} for n in range(300)]
    publish(sales, **many, pick={"type": "string", "title": "选", "oneOf": options})
    phone.goto(NEW)
    field(phone, "q479").fill("最后")
    field(phone, "kind").first.check()
    expect(field(phone, "ct_age")).to_be_visible()
    expect(field(phone, "q479")).to_have_value("最后")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    submit(phone).click()
    expect(phone.locator("#problems")).to_be_focused()
    expect(field(phone, "q479")).to_have_value("最后")


def test_an_app_with_nothing_in_it_has_pages(phone: Page, sales: Sales, rep: PageClient) -> None:
    boss, _ = doors.actor_of(sales.home.member_id)  # type: ignore[misc]
    app = releases.create_app("empty", "空", "zh-CN", boss)
    releases.add_release(app, {"format": "app/1", "key": "empty", "title": "空", "forms": []}, "", boss)
    assert phone.goto("/t/home/a/empty/").status == 404  # type: ignore[union-attr]
    identity.give_role(app.id, "admin", rep.member_id)
    assert phone.goto("/t/home/a/empty/").status == 200  # type: ignore[union-attr]
