"""The first minutes of a new workspace: from signing up to a board, and from a file to an app."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.installation import Installation

DEALS = "编号,客户,金额,签约日期,阶段\n" + "".join(
    f"d{number},{'甲乙丙丁'[number % 4]}公司,{number}00,2026-03-{number:02},{'赢单' if number % 2 else '跟进'}\n"
    for number in range(1, 17)
)
CUSTOMERS = "客户名称,城市\n甲公司,上海\n乙公司,北京\n丙公司,上海\n丁公司,广州\n"


class Clicks:
    """A page whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, role: str, name: str) -> None:
        """Click what has this role and name."""
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        self.count += 1


def sign_up(page: Page, name: str) -> None:
    """A new account with a workspace; ends inside."""
    page.goto("/sign-up")
    for field, text in (("name", "李娜"), ("sign_in", f"{name}@example.com"), ("password", "correct horse 9")):
        page.locator(f"#{field}").fill(text)
    page.locator("#title").fill(name)


def test_a_new_workspace_has_its_first_board_in_under_ten_clicks(lasting: Installation, open_page: Opened) -> None:
    page = open_page(lasting.address, PHONE)
    sign_up(page, "fieldco")
    clicks = Clicks(page)
    clicks.on("button", "注册并创建工作区")
    expect(page.get_by_role("heading", level=1)).to_contain_text("想从哪里开始")
    clicks.on("link", "看看模板")
    clicks.on("link", "销售管理")
    clicks.on("button", "就用它")
    expect(page.locator(".guide")).to_contain_text("分配角色")
    page.locator("main").get_by_role("link", name="商机看板").click()
    clicks.count += 1
    expect(page.locator("main")).to_contain_text("青山 MRI 采购")
    assert clicks.count < 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_files_are_shown_as_forms_changed_and_become_an_app(
    lasting: Installation, open_page: Opened, tmp_path: Path
) -> None:
    files = [tmp_path / "商机.csv", tmp_path / "客户.csv"]
    files[0].write_text(DEALS, encoding="utf-8")
    files[1].write_text(CUSTOMERS, encoding="gb18030")
    page = open_page(lasting.address, DESK)
    sign_up(page, "sheetco")
    page.get_by_role("button", name="Create account and workspace").click()
    page.locator("#tables").set_input_files(files)
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what we found")
    expect(page.get_by_label("Kind of “客户”")).to_have_value("link:1")
    expect(page.get_by_label("Kind of “阶段”")).to_have_value("choice")
    page.locator("#title").fill("我的客户")
    page.get_by_label("Kind of “金额”").select_option("number")
    page.get_by_label("Take “签约日期”").uncheck()
    page.get_by_role("button", name="Make the app").click()
    expect(page.locator("#stage")).to_contain_text("Everything is in.")
    expect(page.locator("#stage")).to_contain_text("16 records made")
    page.get_by_role("link", name="Open the app").click()
    page.wait_for_url(re.compile(r"/a/\w+/$"))
    expect(page.locator("main")).to_contain_text("商机")
