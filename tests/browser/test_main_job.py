"""The main job, by hand: an admin builds and publishes, a rep fills, the flow acts, and a restart loses nothing."""

import re

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.designers import FlowDesigner, FormDesigner, pick
from tests.browser.installation import Installation, until

REP = ("rep@example.com", "a phone of my own 7")
ADMIN = "admin@demo.example"


def test_an_app_is_built_published_filled_acts_and_outlives_a_restart(
    installation: Installation, open_page: Opened
) -> None:
    desk = open_page(installation.address, DESK)
    steps.sign_in(desk, ADMIN, installation.password)
    app = steps.new_app(desk, "客户拜访")
    build_the_form(desk, app)
    draw_the_flow(desk, app)
    steps.publish(desk, app)
    link = steps.invite(desk, "王小明", "Member")

    phone = open_page(installation.address, PHONE)
    steps.join(phone, link, *REP)
    record = fill_on_the_phone(phone, app)
    see_what_the_flow_did(phone, record)

    for page in (desk, phone):
        page.goto("about:blank")  # a page that is open would say that nobody answers
    assert installation.stop() == 0
    installation.start()
    see_what_the_flow_did(phone, record)
    see_the_record_in_the_table(phone, app)
    see_that_the_draft_is_there(desk, app)


def build_the_form(page: Page, app: str) -> None:
    """Two plain questions, a grade that the flow sets, and one asked only of hospitals."""
    steps.new_part(page, app, "forms", "拜访记录")
    form = FormDesigner(page)
    form.drag_in("text", "客户名称")
    form.require()
    form.drag_in("choice", "客户类型")
    form.answer("options", "医院设备科\n经销商")
    form.require()
    form.drag_in("text", "等级")
    form.add_rule()
    with form.saved():
        pick(form.panel, "Field", "客户类型")
    expect(page.locator(".rule-box .rule-head")).to_have_text("When 客户类型 is 医院设备科")
    form.drag_in("number", "CT装机年限", rule="0")
    form.require()
    assert form.titles() == ["客户名称", "客户类型", "等级", "CT装机年限"]


def draw_the_flow(page: Page, app: str) -> None:
    """When a visit is made, and the CT is older than ten years: set the grade, tell the owner."""
    steps.new_part(page, app, "flows", "客户分级")
    flow = FlowDesigner(page)
    flow.open("start")
    expect(flow.panel.locator('[name="f.form"] option:checked')).to_have_text("拜访记录")
    old = flow.drag_in("condition", 420, 150)
    grade = flow.drag_in("record.update", 700, 60)
    tell = flow.drag_in("notify", 700, 420)
    flow.connect("start", "out", old)
    flow.connect(old, "true", grade)
    flow.connect(grade, "out", tell)
    set_the_condition(flow, old)
    set_the_grade(flow, grade)
    tell_the_owner(flow, tell)
    expect(page.locator("#mark-count")).to_have_text("0")


def set_the_condition(flow: FlowDesigner, step: str) -> None:
    flow.open(step)
    when = flow.question("when")
    with flow.saved():
        when.get_by_role("button", name="Add a condition").click()
    with flow.saved():
        pick(when, "Field", "CT装机年限")
    with flow.saved():
        pick(when, "Comparison", "is more than")
    with flow.saved():
        when.get_by_label("Value").fill("10")
        when.get_by_label("Value").press("Tab")
    expect(flow.node(step)).to_contain_text("CT装机年限 is more than 10")


def set_the_grade(flow: FlowDesigner, step: str) -> None:
    flow.open(step)
    values = flow.question("set")
    with flow.saved():
        values.get_by_role("button", name="Set another field").click()
    with flow.saved():
        pick(values, "Field", "等级")
    with flow.saved():
        values.get_by_label("Value").fill("高价值")
        values.get_by_label("Value").press("Tab")


def tell_the_owner(flow: FlowDesigner, step: str) -> None:
    flow.open(step)
    people = flow.question("to")
    with flow.saved():
        people.get_by_role("button", name="Add somebody").click()
    with flow.saved():
        pick(people, "Who", "Person in a field")
    flow.answer("title", "新的高价值客户：{{ record.text_1 }}")


def fill_on_the_phone(page: Page, app: str) -> str:
    """Refused once for the question that unfolded; nothing typed is lost. Gives the record's address."""
    page.goto(app)
    page.locator(".home-new", has_text="拜访记录").first.tap()
    name = page.get_by_label("客户名称")
    name.fill("上海第一人民医院")
    page.get_by_label("医院设备科").tap()
    years = page.get_by_label("CT装机年限")
    expect(years).to_be_visible()
    submit = page.locator("#answers button[type=submit]")
    submit.tap()
    summary = page.locator("#problems")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("CT装机年限")
    expect(name).to_have_value("上海第一人民医院")
    expect(page.get_by_label("医院设备科")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    years.fill("12")
    submit.tap()
    page.wait_for_url(re.compile(r"/f/\w+/[0-9a-f-]{36}"))
    return page.url


def see_what_the_flow_did(page: Page, record: str) -> None:
    """Its effect on the record, and its notice."""

    def shows(address: str, text: str) -> bool:
        page.goto(address)
        return page.get_by_text(text, exact=True).count() > 0

    until(lambda: shows(record, "高价值"))  # a worker acts in its own time
    until(lambda: shows("/t/demo/notices", "新的高价值客户：上海第一人民医院"))
    expect(page.locator(".notice-title")).to_have_count(1)


def see_the_record_in_the_table(page: Page, app: str) -> None:
    page.goto(app)
    page.locator('.home-new[href$="/"]', has_text="拜访记录").tap()
    expect(page.locator("main")).to_contain_text("上海第一人民医院")


def see_that_the_draft_is_there(page: Page, app: str) -> None:
    page.goto(f"{app}build/")
    page.locator("main").get_by_role("link", name="拜访记录").click()
    assert FormDesigner(page).titles() == ["客户名称", "客户类型", "等级", "CT装机年限"]
