"""Every page can be read and used by everybody: axe-core finds nothing wrong, on desktop and phone, light and dark."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from flask import Flask
from playwright.sync_api import Browser, Page

from runtime.flows.draining import service as draining
from runtime.identity.doors import service as doors
from tests import walk
from tests.conftest import BROWSER_PATIENCE
from tests.runtime.forms.conftest import address  # noqa: F401
from tests.test_inert import Wild

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
OUTSIDE = ("/sign-in", "/sign-up", "/forgot")
DOWNLOAD = "/export"

RUN = """async (rules) => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const asked = {resultTypes: ["violations"], preload: false, ...(rules ? {runOnly: rules} : {})};
    const {violations} = await axe.run(document, asked);
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.html}`));
}"""


class Tidy(Wild):
    """A tenant with something of everything, as people have it."""

    said = "Follow-up"

    def document(self) -> dict[str, Any]:
        return copy.deepcopy(walk.GOLDEN)  # type: ignore[no-any-return]


@pytest.fixture
def tidy(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tidy:
    monkeypatch.setattr("runtime.events.wake", lambda: None)
    made = Tidy(tmp_path)
    draining.drain(app.config)
    return made


@pytest.fixture
def open_page(app: Flask, chromium: Browser, address: str) -> Iterator[Any]:  # noqa: F811
    """Opens a browser profile, signed in as the account that is given."""
    contexts = []

    def opened(account: Any = None) -> Page:
        context = chromium.new_context(viewport=DESK, base_url=address, locale="zh-CN", bypass_csp=True)
        context.set_default_timeout(BROWSER_PATIENCE)
        contexts.append(context)
        if account is not None:
            client = app.test_client()
            client.sign_in(doors.open_session(account))
            cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
            assert cookie
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def findings(page: Page, paths: list[str]) -> dict[str, set[str]]:
    """What axe finds, and on which pages. A page is read once, also when several addresses lead to it; its colours are
    looked at again in the dark."""
    found: dict[str, set[str]] = defaultdict(set)
    read: set[str] = set()
    for path in paths:
        answer = page.request.get(path)
        if not answer.ok or answer.url in read or not answer.text().lstrip().startswith("<!doctype"):
            continue  # a part of a page, or none
        read.add(answer.url)
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")
        page.goto(answer.url)
        if re.search("/build/(forms|flows)/", path):
            page.wait_for_selector("html[data-ready]")
        page.add_style_tag(content="* { transition: none !important; animation: none !important }")
        page.evaluate(AXE_FILE_PATH.read_text())
        for size, theme, rules in ((DESK, "light", None), (DESK, "dark", ["color-contrast"]), (PHONE, "dark", None)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_selector(f"html[data-bs-theme={theme}]")
            for wrong in page.evaluate(RUN, rules):
                found[wrong].add(f"{path} {size['width']} {theme}")
    assert 3 * len(read) > len(paths)  # most of the rest are parts of pages
    return found


def test_every_page_is_accessible_on_desktop_and_phone_in_light_and_dark(
    app: Flask, tidy: Tidy, open_page: Any
) -> None:
    inside = sorted({path for path in tidy.pages(app) if not path.endswith(DOWNLOAD)} - set(OUTSIDE))
    wrong = findings(open_page(tidy.account), inside) | findings(open_page(), list(OUTSIDE))
    assert not wrong, "\n".join(f"{what}\n    {', '.join(sorted(where))}" for what, where in wrong.items())
