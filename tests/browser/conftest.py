"""Real processes and real browsers: what an admin and a rep have before them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.installation import Installation
from tests.conftest import BROWSER_PATIENCE
from tests.lending import Database

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"}

Opened = Callable[..., Page]
"""Opens a page of a new browser profile; whatever its console complains of fails the test at its end."""


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation that runs, on each kind of database in turn."""
    made = Installation(tmp_path, DATABASE_URL=database.url, DATABASE_ADMIN_URL=database.admin_url)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="session")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests of this process; each makes an app of its own."""
    made = Installation(tmp_path_factory.mktemp("trellis"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opened]:
    """Opens a page as PHONE or DESK at an address; script errors and broken policies fail the test at its end."""
    contexts, complaints = [], []

    def opened(address: str, kind: dict[str, object]) -> Page:
        context = chromium.new_context(base_url=address, **kind)  # type: ignore[arg-type]
        context.set_default_timeout(BROWSER_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [said for said in complaints if not _is_a_refusal(said)] == []


def _is_a_refusal(said: str) -> bool:
    """Chromium tells every 4xx answer as an error; a refused form is one and is what a test asked for."""
    return said.startswith("Failed to load resource: the server responded with a status of 4")
