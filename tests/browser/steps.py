"""What people do on pages that are not designers, in one function a deed."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect


def sign_in(page: Page, name: str, password: str) -> None:
    """Through the door; ends inside."""
    page.goto("/sign-in")
    page.locator("#sign_in").fill(name)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(re.compile(r"/t/"))


def new_app(page: Page, title: str) -> str:
    """A blank app; gives the address of its pages, ending in a slash."""
    page.goto("/t/demo/new-app")
    page.locator("#title").fill(title)
    page.get_by_role("button", name="Create app").click()
    page.wait_for_url(re.compile(r"/build/$"))
    return page.url.removesuffix("build/")


def new_part(page: Page, app: str, kind: str, title: str) -> None:
    """A new form or flow; ends in its designer."""
    page.goto(f"{app}build/")
    adder = page.locator(f'form[action$="/build/{kind}/"]')
    adder.locator("input[name=title]").fill(title)
    adder.get_by_role("button").click()
    page.wait_for_selector(f"html[data-ready={kind.removesuffix('s')}]")


def publish(page: Page, app: str) -> None:
    """Make the draft live."""
    page.goto(f"{app}build/publish")
    page.get_by_role("button", name="Publish now").click()
    page.wait_for_url(re.compile(r"/build/$"))


def publish_by_keyboard(page: Page) -> None:
    """The same from a designer, without a mouse."""
    tab_to(page, page.get_by_role("link", name="Publish", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/build/publish$"))
    tab_to(page, page.get_by_role("button", name="Publish now"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/build/$"))


def invite(page: Page, name: str, role: str) -> str:
    """A new member with a role; gives the link for the person."""
    page.goto("/t/demo/members")
    page.get_by_role("button", name="Invite").click()
    page.locator("#add-member #name").fill(name)
    page.locator("#add-member").get_by_label(role, exact=True).check()
    page.get_by_role("button", name="Make invitation link").click()
    expect(page.get_by_label(role, exact=True)).to_be_checked()
    return page.get_by_label("Invitation link").input_value()


def join(page: Page, link: str, name: str, password: str) -> None:
    """Take the seat by the link."""
    page.goto(link)
    page.locator("#sign_in").fill(name)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(re.compile(r"/t/"))


def drag(page: Page, source: Locator, aim: Callable[[], tuple[float, float]]) -> None:
    """By mouse from the middle of an element to where `aim` says, as a hand does it: in small moves, aiming anew.

    What is dragged pushes other things aside, so that the place may move while the mouse is on its way.
    """
    source.scroll_into_view_if_needed()
    page.mouse.move(*middle(source))
    page.mouse.down()
    page.mouse.move(*aim(), steps=15)
    for _ in range(5):
        page.mouse.move(*aim(), steps=3)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """By keyboard to an element, however far it is."""
    for _ in range(120):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("The keyboard does not get there.")


def middle(element: Locator) -> tuple[float, float]:
    """The middle of an element on the screen."""
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take_in(page: Page, document: Mapping[str, Any]) -> str:
    """Import an app document through its page; gives the address of its pages."""
    page.goto("/t/demo/new-app")
    file = {"name": "app.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}
    page.locator("#file").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Import app").click()
    page.wait_for_url(re.compile(r"/build/$"))
    return page.url.removesuffix("build/")


def touch_drag(page: Page, source: Locator, to: Locator, across: bool = False, held: str = ".sortable-chosen") -> None:
    """By finger: press until it is picked up (`held` is there then), move up or down (and `across`), let go."""
    finger = page.context.new_cdp_session(page)
    start, end = middle(source), middle(to)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})

    touch("touchStart", start)
    expect(page.locator(held)).to_have_count(1)
    for part in range(1, 13):
        aside = (end[0] - start[0]) * part / 12 if across else 0
        touch("touchMove", (start[0] + aside, start[1] + (end[1] - start[1]) * part / 12))
        page.evaluate("() => new Promise(requestAnimationFrame)")
    touch("touchEnd")
