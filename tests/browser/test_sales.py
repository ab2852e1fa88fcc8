"""A sales team in the template: a dragged stage is told to legal, a flow is tried and watched, an import is mended."""

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.installation import Installation, until
from tests.browser.test_main_job import ADMIN

SALES = "/t/demo/a/sales/"
LEGAL = ("legal@example.com", "a phone of my own 8")
CUSTOMERS = """客户名称,行业,区域,年采购额,具体行业
东海泵业,其他,华东,很多,水泵
西山商行,其他,华南,900,零售
北岭汽修,其他,没有这里,12,修车
"""


LANE = "[data-lane='\"{}\"']"


def test_a_stage_that_is_dragged_reaches_legal_on_the_phone_and_its_run_is_watched(
    lasting: Installation, open_page: Opened
) -> None:
    desk = open_page(lasting.address, DESK)
    steps.sign_in(desk, ADMIN, lasting.password)
    link = steps.invite(desk, "周法务", "Legal")
    phone = open_page(lasting.address, PHONE)
    steps.join(phone, link, *LEGAL)

    desk.goto(f"{SALES}build/flows/stage_told")
    desk.wait_for_selector("html[data-ready=flow]")
    desk.locator("#try").click()
    desk.locator(".try-record input").first.check()
    desk.locator("#try-form button[type=submit]").click()
    expect(desk.locator(".try-banner")).to_be_visible()

    desk.goto(f"{SALES}v/pipeline")
    desk.wait_for_selector("html[data-ready=board]")
    card = desk.locator(LANE.format("proposal")).locator("[data-card]", has_text="青山 MRI 采购")
    aim = desk.locator(LANE.format("contract")).locator("[data-cards]")
    steps.drag(desk, card, lambda: steps.middle(aim))
    expect(desk.locator(LANE.format("contract"))).to_contain_text("青山 MRI 采购")

    phone.goto("/t/demo/notices")
    until(lambda: phone.reload() and "请审核合同：青山 MRI 采购" in phone.locator("main").inner_text())
    phone.get_by_text("请审核合同：青山 MRI 采购").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("青山 MRI 采购")

    desk.goto(f"{SALES}runs/")
    desk.locator("main a", has_text=re.compile("Stage reminder|阶段提醒")).first.click()
    expect(desk.locator("#canvas .step, .step").first).to_be_visible()


def test_an_import_with_mistakes_is_mended_in_its_file_and_done_again(
    lasting: Installation, open_page: Opened, tmp_path: Path
) -> None:
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    sent = tmp_path / "客户.csv"
    sent.write_text(CUSTOMERS, encoding="gb18030")
    bring_in(page, sent)
    expect(page.locator(".import-bad strong")).to_have_text("2")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download them to mend").click()
    mended = tmp_path / "mended.xlsx"
    downloaded.value.save_as(mended)
    book = openpyxl.load_workbook(mended)
    rows = list(book.active.iter_rows(min_row=2))  # type: ignore[union-attr]
    assert [row[0].value for row in rows] == ["东海泵业", "北岭汽修"]
    rows[0][3].value, rows[1][2].value = 40, "华北"
    book.save(mended)
    bring_in(page, mended)
    expect(page.locator(".import-count", has_text="new").locator("strong")).to_have_text("2")
    expect(page.locator(".import-notes")).to_have_count(0)
    page.goto(f"{SALES}f/customer/?q=东海")
    expect(page.locator("main")).to_contain_text("东海泵业")


def bring_in(page: Page, file: Path) -> None:
    """Import a file of customers as it is guessed; ends where it is told what became of it."""
    page.goto(f"{SALES}f/customer/import")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".import-counts")).to_be_visible()


def test_the_bars_stay_in_sight_on_a_long_page_and_a_link_is_copied(lasting: Installation, open_page: Opened) -> None:
    page = open_page(lasting.address, DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    steps.sign_in(page, ADMIN, lasting.password)
    page.goto(f"{SALES}f/visit/new")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("scrollY > 300")
    for bar in (".side", ".top"):
        box = page.locator(bar).bounding_box()
        assert box
        assert box["y"] == 0
    link = steps.invite(page, "钱总", "Director")
    page.goto("/t/demo/members?q=钱总")
    page.locator(".member-row").first.click()
    page.get_by_role("button", name="New invitation link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#toasts")).to_contain_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Invitation link").input_value() != link
