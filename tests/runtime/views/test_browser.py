"""Boards, calendars and tables in a real browser: by mouse, finger and keys, on a desk and on a phone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from runtime.contracts import Actor
from runtime.records import service as records
from runtime.releases import service as releases
from tests.browser import steps
from tests.browser.conftest import DESK, PHONE
from tests.client import PageClient
from tests.conftest import BROWSER_PATIENCE
from tests.runtime.forms.conftest import address
from tests.runtime.views.conftest import AT, Make

__all__ = ["address"]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Open = Callable[..., Page]


@pytest.fixture
def opened(
    app: Flask,
    owner: PageClient,
    boss: Actor,
    address: str,
    chromium: Browser,
) -> Iterator[Open]:
    """Opens a page of the app as its owner, on a desk or a phone; what its console complains of fails the test."""
    name, contexts, complaints = app.config["SESSION_COOKIE_NAME"], [], []
    cookie = owner.get_cookie(name)
    assert cookie

    def open_page(path: str, kind: dict[str, Any]) -> Page:
        context = chromium.new_context(base_url=address, reduced_motion="reduce", **{**kind, "locale": "en-US"})
        context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
        context.set_default_timeout(BROWSER_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{AT}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in complaints if "the server responded with a status of 4" not in said] == []


def lane(page: Page, value: str) -> Locator:
    return page.locator(f"[data-lane='\"{value}\"']")


def cards(page: Page, value: str) -> Locator:
    return lane(page, value).locator("[data-card]")


def stage(actor: Actor, id: str) -> Any:
    return records.read(releases.find_app("crm").id, "deal", id, actor).data.get("stage")


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_card_is_dragged_by_mouse_and_one_that_is_refused_slides_back_and_leads_to_the_form(
    opened: Open, boss: Actor, make: Make
) -> None:
    one, two = make("一", stage="lead", amount=5), make("二", stage="lead", amount=4)
    page = opened("v/board", DESK)
    page.wait_for_selector("html[data-ready=board]")
    steps.drag(page, cards(page, "lead").first, lambda: steps.middle(lane(page, "won").locator("[data-cards]")))
    expect(lane(page, "won").locator("[data-sum]")).to_have_text("¥5.00")
    expect(lane(page, "lead").locator("[data-count]")).to_have_text("1")
    assert stage(boss, one.id) == "won"
    steps.drag(page, cards(page, "lead").first, lambda: steps.middle(lane(page, "lost").locator("[data-cards]")))
    expect(page.locator("#toasts")).to_contain_text("输单原因")
    expect(cards(page, "lead")).to_have_count(1)
    expect(lane(page, "lead").locator("[data-count]")).to_have_text("1")
    assert stage(boss, two.id) == "lead"
    page.get_by_role("link", name="Fill in and move").click()
    page.get_by_label("输单原因").fill("太贵")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/v/board$"))
    expect(cards(page, "lost")).to_have_count(1)


def test_a_card_is_dragged_by_finger_and_a_swipe_moves_none(opened: Open, boss: Actor, make: Make) -> None:
    one = make("一", stage="lead", amount=5)
    page = opened("v/board", DESK | {"has_touch": True})
    page.wait_for_selector("html[data-ready=board]")
    steps.touch_drag(page, cards(page, "lead").first, lane(page, "quote").locator("[data-cards]"), across=True)
    expect(lane(page, "quote").locator("[data-count]")).to_have_text("1")
    expect(page.locator("#board-said")).to_have_text("Moved to Quote.")
    assert stage(boss, one.id) == "quote"
    swipe(page, cards(page, "quote").first)
    expect(page.locator(".sortable-chosen")).to_have_count(0)
    expect(cards(page, "quote")).to_have_count(1)


def swipe(page: Page, over: Locator) -> None:
    """A finger that passes over without resting."""
    finger, (x, y) = page.context.new_cdp_session(page), steps.middle(over)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 40 * step, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_board_is_worked_by_keys_alone(opened: Open, boss: Actor, make: Make) -> None:
    one = make("一", stage="lead", amount=5)
    make("二", stage="quote", amount=4)
    page = opened("v/board", DESK)
    page.wait_for_selector("html[data-ready=board]")
    cards(page, "quote").locator("[data-focusable]").focus()
    page.keyboard.press("ArrowLeft")
    expect(cards(page, "lead").locator("[data-focusable]")).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#board-said")).to_have_text("Moved to Quote.")
    assert stage(boss, one.id) == "quote"
    page.keyboard.press("m")
    expect(page.locator("#move-sheet [data-to]:focus")).to_have_count(1)
    page.locator("#move-sheet").get_by_role("button", name="Won").press("Enter")
    expect(cards(page, "won")).to_have_count(1)
    expect(lane(page, "won").locator("[data-focusable]")).to_be_focused()


def test_on_a_phone_a_card_is_moved_from_its_menu_and_nothing_is_too_wide(
    opened: Open, boss: Actor, make: Make
) -> None:
    one = make(
        "一张名字很长很长很长很长很长很长很长很长很长很长很长很长很长的卡片", stage="lead", amount=5, close="2026-11-11"
    )
    page = opened("v/board", PHONE)
    page.wait_for_selector("html[data-ready=board]")
    fits(page)
    cards(page, "lead").locator("[data-move]").tap()
    page.locator("#move-sheet").get_by_text("Won").tap()
    expect(page.locator(".lane-tabs").get_by_text("Won 1")).to_be_visible()
    assert stage(boss, one.id) == "won"
    page.goto(f"{AT}v/closing?month=2026-11")
    fits(page)
    page.locator("[data-postpone]").tap()
    page.locator("#day-input").fill("2026-11-20")
    page.get_by_role("button", name="Move", exact=True).tap()
    expect(page.locator("#day-2026-11-20 [data-entry]")).to_have_count(1)
    page.goto(f"{AT}f/deal/")
    fits(page)


def test_what_somebody_else_moved_is_taken_over_when_one_comes_back(opened: Open, make: Make) -> None:
    make("一", stage="lead", amount=5)
    mine, theirs = opened("v/board", DESK), opened("v/board", DESK)
    for page in (mine, theirs):
        page.wait_for_selector("html[data-ready=board]")
    cards(theirs, "lead").locator("[data-focusable]").focus()
    theirs.keyboard.press("Alt+ArrowRight")
    expect(theirs.locator("#board-said")).to_have_text("Moved to Quote.")
    cards(mine, "lead").locator("[data-focusable]").focus()
    mine.keyboard.press("Alt+ArrowRight")
    expect(mine.locator("#toasts")).to_contain_text("Somebody else changed this record")
    expect(cards(mine, "quote")).to_have_count(1)
    expect(cards(mine, "lead")).to_have_count(0)


def test_an_entry_is_dragged_and_stepped_to_another_day(opened: Open, make: Make) -> None:
    make("一", close="2026-11-11", until="2026-11-12")
    page = opened("v/closing?month=2026-11", DESK)
    page.wait_for_selector("html[data-ready=calendar]")
    entry = page.locator(".month [data-entry]")
    entry.drag_to(page.locator('[data-drop="2026-11-18"] .day-number'))
    expect(page.locator('.month [data-day="2026-11-18"]')).to_be_visible()
    page.locator(".month [data-entry]").press("Alt+ArrowRight")
    expect(page.locator('.month [data-day="2026-11-19"]')).to_be_focused()


def test_a_record_is_moved_along_its_stages_on_its_own_page(opened: Open, make: Make) -> None:
    one = make("一", stage="lead")
    page = opened(f"f/deal/{one.id}", DESK)
    page.locator(".stages").get_by_text("Quote").click()
    expect(page.locator(".stage[aria-current]")).to_have_text("Quote")
    page.locator(".stages").get_by_text("Lost").click()
    expect(page.get_by_role("link", name="Fill in and move")).to_have_attribute("href", re.compile("f.stage=lost"))
