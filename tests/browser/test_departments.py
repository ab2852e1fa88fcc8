"""The tree of departments by finger, on a phone."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import PHONE, Opened
from tests.browser.installation import Installation
from tests.browser.test_main_job import ADMIN

PLACE = "/t/demo/departments"


def add(page: Page, title: str) -> None:
    """A department at the top."""
    page.goto(PLACE)
    page.locator("#new-title").fill(title)
    page.get_by_role("button", name="Add department").click()
    expect(row(page, title)).to_be_visible()


def row(page: Page, title: str) -> Locator:
    """The line of a department in the tree."""
    return page.locator(".branch-row", has_text=title)


def grip(page: Page, title: str) -> Locator:
    """What a finger takes a department by."""
    return page.locator("[data-department]", has=row(page, title)).last.locator(".branch-grip").first


def test_a_department_goes_under_another_and_back_to_the_top_by_finger(
    lasting: Installation, open_page: Opened
) -> None:
    phone = open_page(lasting.address, PHONE | {"locale": "en-US"})
    steps.sign_in(phone, ADMIN, lasting.password)
    for title in ("华东大区", "苏州办事处"):
        add(phone, title)
    inside = phone.locator("[data-department] [data-department]", has=row(phone, "苏州办事处"))
    expect(inside).to_have_count(0)
    steps.touch_drag(phone, grip(phone, "苏州办事处"), row(phone, "华东大区"), held="body.dragging-department")
    expect(inside).to_have_count(1)
    steps.touch_drag(phone, grip(phone, "苏州办事处"), phone.locator("#tree-top"), held="body.dragging-department")
    expect(inside).to_have_count(0)
    phone.reload()
    expect(row(phone, "苏州办事处")).to_be_visible()
    expect(inside).to_have_count(0)
