"""A form in a real browser: unfolding, the keyboard alone, drafts, and nothing that a title could run."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from runtime.contracts import Change
from runtime.db import db
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.models import record
from runtime.releases import service as releases
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


def test_a_deciding_answer_unfolds_at_once_and_touches_nothing_that_was_typed(phone: Page) -> None:
    phone.goto(NEW)
    field(phone, "note").fill("下周再约")
    field(phone, "kind").first.check()
    expect(field(phone, "ct_age")).to_be_visible()
    expect(field(phone, "note")).to_have_value("下周再约")
    expect(field(phone, "kind").first).to_be_focused()
    field(phone, "kind").last.check()
    expect(field(phone, "ct_age")).to_have_count(0)


def test_the_keyboard_alone_is_enough(phone: Page) -> None:
    phone.goto(NEW)
    field(phone, "subject").focus()
    phone.keyboard.type("CT 续保")
    for _ in range(3):
        phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    expect(field(phone, "ct_age")).to_be_visible()
    phone.keyboard.press("Control+s")
    summary = phone.locator("#problems")
    expect(summary).to_be_focused()
    assert phone.title().startswith(("Error", "出错"))
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(field(phone, "ct_age")).to_be_focused()
    phone.keyboard.type("6")
    phone.keyboard.press("Tab")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("Control+s")
    expect(phone).to_have_url(SAVED)
    assert [row["ct_age"] for row in rows()] == [6]


def test_a_customer_is_found_and_picked_with_the_arrows(phone: Page, sales: Sales) -> None:
    boss, _ = doors.actor_of(sales.home.member_id)
    saved = records.change(Change(sales.app_id, "customer", "create", {"name": "上海第一医院"}), boss)
    phone.goto(NEW)
    box = phone.get_by_role("combobox").first
    box.press_sequentially("第一")
    expect(phone.get_by_role("option")).to_have_text("上海第一医院")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("上海第一医院")
    expect(field(phone, "customer")).to_have_value(saved.id)


def test_a_quick_hand_cannot_pick_what_was_found_for_other_text(phone: Page, sales: Sales) -> None:
    boss, _ = doors.actor_of(sales.home.member_id)
    for name in ("安徽医院", "上海第一医院"):
        records.change(Change(sales.app_id, "customer", "create", {"name": name}), boss)
    phone.goto(NEW)
    box = phone.get_by_role("combobox").first
    box.focus()
    expect(phone.get_by_role("option")).to_have_count(2)
    phone.route("**/search/**", lambda route: route.fulfill(status=204))  # the hand is quicker than the server
    box.press_sequentially("第一")
    box.press("ArrowDown")
    box.press("Enter")
    expect(field(phone, "customer")).to_have_value("第一")
    phone.unroute("**/search/**")
    box.press_sequentially("医")
    expect(phone.get_by_role("option")).to_have_text("上海第一医院")


def test_what_is_typed_is_there_again_after_leaving(phone: Page) -> None:
    phone.goto(NEW)
    field(phone, "subject").fill("说到一半")
    expect(phone.locator("[data-draft-state]")).not_to_be_empty()
    phone.goto("/healthz")
    phone.goto(NEW)
    expect(field(phone, "subject")).to_have_value("说到一半")


def test_a_photo_goes_up_and_stays_with_the_record(phone: Page) -> None:
    phone.goto(NEW)
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
        "0001ff89993d1d0000000049454e44ae426082"
    )
    phone.locator("input[type=file]").set_input_files({"name": "CT.png", "mimeType": "image/png", "buffer": picture})
    expect(phone.locator("img.file-face")).to_be_visible()
    field(phone, "subject").fill("照片")
    field(phone, "kind").last.check()
    phone.keyboard.press("Control+s")
    expect(phone).to_have_url(SAVED)
    assert [row["photos"][0]["name"] for row in rows()] == ["CT.png"]


def test_t23_titles_options_and_help_run_nothing_under_the_policy(phone: Page, sales: Sales) -> None:
    evil = '<img src=x onerror="alert(1)"><b hx-get="/x" hx-trigger="load">b</b>'
    properties = {
        "a": {"type": "string", "title": evil, "description": evil},
        "b": {"type": "string", "title": evil, "oneOf": [{"const": "x", "title": evil}]},
    }
    form = {**VISIT, "title": evil, "schema": {"type": "object", "properties": properties}, "ui": {}}
    boss, _ = doors.actor_of(sales.home.member_id)
    app = releases.find_app("crm")
    releases.add_release(app, {**APP, "title": evil, "forms": [APP["forms"][0], form]}, "", boss)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(NEW)
    field(phone, "b").first.check()
    field(phone, "a").fill(evil)
    expect(phone.locator("[data-draft-state]")).not_to_be_empty()
    assert not [url for url in asked if url.endswith("/x")]
