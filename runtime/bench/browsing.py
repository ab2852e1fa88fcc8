"""A real browser, where Playwright and a Chromium are installed: it takes longer than the server to show a page."""

import os
import shutil
import time
from pathlib import Path

from runtime.bench.load import Result
from runtime.bench.measures import Browser

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None  # type: ignore[assignment]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-headless-shell")


class NoBrowser(RuntimeError):
    """There is no Playwright, or no Chromium."""


def opened(browser: Browser, path: str, times: int) -> Result:
    """A page opened so often until all of it is loaded, after once that fills the cache; raises NoBrowser."""
    if sync_playwright is None or CHROMIUM is None or not Path(CHROMIUM).exists():
        raise NoBrowser
    result = Result()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        cookies = browser.cookies.items()
        context.add_cookies([{"name": name, "value": value, "url": browser.site.address} for name, value in cookies])
        page = context.new_page()
        page.goto(browser.site.address + path)
        for _ in range(times):
            started = time.perf_counter()
            answer = page.goto(browser.site.address + path, wait_until="load")
            result.latencies.append(time.perf_counter() - started)
            result.failures += answer is None or answer.status != 200
        chromium.close()
    result.seconds = sum(result.latencies)
    return result
