"""The designers by finger, by keyboard and by two at once; and that nothing an admin wrote runs anywhere."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.designers import FlowDesigner, FormDesigner
from tests.browser.installation import Installation, until
from tests.browser.test_main_job import ADMIN

TITLES = ["客户", "电话", "地区"]


def app_of(key: str, titles: list[str], **parts: Any) -> dict[str, Any]:
    """An app with one form of text questions."""
    fields = {f"text_{place}": {"type": "string", "title": title} for place, title in enumerate(titles, 1)}
    form = {"format": "form/1", "key": "visit", "title": "拜访", "schema": {"type": "object", "properties": fields}}
    return {"format": "app/1", "key": key, "title": key, "lang": "zh-CN", "forms": [form], **parts}


def flow_of(*nodes: dict[str, Any], edges: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A flow that starts when a visit is made."""
    start = {"id": "start", "type": "trigger.record", "config": {"form": "visit", "on": ["created"]}}
    layout = {node["id"]: [80 + 280 * place, 120] for place, node in enumerate((start, *nodes))}
    flow = {"format": "flow/1", "key": "flow", "title": "分级", "nodes": [start, *nodes]}
    return {**flow, "edges": list(edges), "layout": layout}


@pytest.fixture
def desk(lasting: Installation, open_page: Opened) -> Page:
    """An admin's desktop, signed in."""
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    return page


def form_designer(page: Page, app: str) -> FormDesigner:
    page.goto(f"{app}build/forms/visit")
    return FormDesigner(page)


def flow_designer(page: Page, app: str) -> FlowDesigner:
    page.goto(f"{app}build/flows/flow")
    return FlowDesigner(page)


def test_a_field_is_moved_by_finger(lasting: Installation, open_page: Opened) -> None:
    phone = open_page(lasting.address, PHONE | {"locale": "en-US"})
    steps.sign_in(phone, ADMIN, lasting.password)
    form = form_designer(phone, steps.take_in(phone, app_of("finger", TITLES)))
    with form.saved():
        steps.touch_drag(phone, form.box("电话"), form.box("客户"))
    assert form.titles() == ["电话", "客户", "地区"]
    phone.reload()
    assert FormDesigner(phone).titles() == ["电话", "客户", "地区"]


def test_the_keyboard_alone_adds_and_moves_a_field(desk: Page) -> None:
    form = form_designer(desk, steps.take_in(desk, app_of("keyboard", TITLES)))
    desk.locator('[data-kind="date"]').focus()
    with form.saved():
        desk.keyboard.press("Enter")
    assert form.titles() == [*TITLES, "Date"]
    form.box("Date").locator('[data-act="up"]').focus()
    for _ in range(2):
        with form.saved():
            desk.keyboard.press("Enter")
    assert form.titles() == ["客户", "Date", "电话", "地区"]
    expect(form.box("Date").locator('[data-act="up"]')).to_be_focused()


def test_a_field_is_moved_and_removed_by_its_buttons(desk: Page) -> None:
    form = form_designer(desk, steps.take_in(desk, app_of("buttons", TITLES)))
    form.box("客户").hover()
    with form.saved():
        form.box("客户").locator('[data-act="down"]').click()
    form.choose("地区")
    with form.saved():
        form.box("地区").locator('[data-act="remove"]').click()
    assert form.titles() == ["电话", "客户"]


def test_what_cannot_be_saved_stays_as_typed_with_the_reason_at_its_place(desk: Page) -> None:
    app = steps.take_in(desk, app_of("refused", TITLES))
    form = form_designer(desk, app)
    desk.locator('[data-kind="formula"]').click()
    line = form.panel.get_by_label("Formula", exact=True)
    line.fill("record.text_1 +")
    line.press("Tab")
    state = desk.locator("#save-state")
    expect(state).to_have_attribute("data-state", "refused")
    expect(form.panel.locator('.q-wrong:has([name="f.formula"]) .q-error')).to_be_visible()
    expect(line).to_have_value("record.text_1 +")
    with form.saved():
        line.fill("1 + 1")
        line.press("Tab")
    expect(form.panel.locator(".q-wrong")).to_have_count(0)


def test_two_admins_on_one_form_lose_nothing(desk: Page, lasting: Installation, open_page: Opened) -> None:
    app = steps.take_in(desk, app_of("two", TITLES))
    other = open_page(lasting.address, DESK)
    steps.sign_in(other, ADMIN, lasting.password)
    mine, theirs = form_designer(desk, app), form_designer(other, app)
    theirs.choose("电话")
    theirs.answer("title", "手机")
    mine.choose("地区")
    mine.panel.locator('[name="f.title"]').fill("省份")
    desk.keyboard.press("Tab")
    expect(desk.locator("#save-state")).to_have_attribute("data-state", "raced")
    assert mine.titles() == ["客户", "手机", "省份"]


def test_two_admins_on_one_flow_lose_nothing(desk: Page, lasting: Installation, open_page: Opened) -> None:
    app = steps.take_in(desk, app_of("two_flow", TITLES, flows=[flow_of()]))
    other = open_page(lasting.address, DESK)
    steps.sign_in(other, ADMIN, lasting.password)
    mine, theirs = flow_designer(desk, app), flow_designer(other, app)
    theirs.drag_in("condition", 500, 80)
    desk.locator('[data-type="notify"]').click()
    expect(desk.locator("#save-state")).to_have_attribute("data-state", "raced")
    expect(desk.locator(".step")).to_have_count(3)
    assert mine.selected() == "notify1"


def test_steps_are_hung_on_connected_and_removed_with_problems_at_the_step(desk: Page) -> None:
    app = steps.take_in(desk, app_of("steps", TITLES, flows=[flow_of()]))
    flow = flow_designer(desk, app)
    flow.open("start")
    with flow.saved():
        desk.locator('[data-type="notify"]').click()
    assert flow.selected() == "notify1"
    expect(desk.locator(".x6-edge")).to_have_count(1)
    expect(flow.node("notify1").locator(".step-mark-todo")).to_be_visible()
    expect(desk.locator("#marks")).to_contain_text("Fill in “Title”.")
    expect(flow.panel.locator('.q-wrong:has([name="f.title"])')).to_be_visible()
    tell = flow.drag_in("condition", 300, 420)
    expect(flow.node(tell).locator(".step-mark-todo")).to_be_visible()
    expect(flow.node("notify1").locator(".step-mark-error")).to_be_visible()
    expect(flow.panel.locator(".panel-marks li")).to_have_count(1)
    flow.connect("notify1", "out", tell)
    expect(flow.panel.locator(".panel-marks li")).to_have_count(0)
    desk.locator("#check").click()
    expect(flow.node(tell).locator(".step-mark-error")).to_be_visible()
    flow.open("notify1")
    with flow.saved():
        desk.locator("#canvas").focus()
        desk.keyboard.press("Delete")
    expect(flow.node("notify1")).to_have_count(0)
    expect(desk.locator(".x6-edge")).to_have_count(1)
    desk.goto(f"{app}build/publish")
    desk.get_by_role("link", name="Mend it").first.click()
    assert FlowDesigner(desk).selected() == tell


def test_acts_on_a_form_are_undone_and_done_again(desk: Page) -> None:
    form = form_designer(desk, steps.take_in(desk, app_of("undo", TITLES)))
    expect(desk.locator("#undo")).to_be_disabled()
    form.choose("电话")
    form.answer("title", "手机")
    with form.saved():
        form.box("客户").locator('[data-act="remove"]').evaluate("button => button.click()")
    assert form.titles() == ["手机", "地区"]
    for expected in (["客户", "手机", "地区"], TITLES):
        with form.saved():
            desk.locator("#undo").click()
        assert form.titles() == expected
    desk.locator("#sheet").focus()
    with form.saved():
        desk.keyboard.press("Control+Shift+Z")
    assert form.titles() == ["客户", "手机", "地区"]


def test_acts_on_a_flow_are_undone(desk: Page) -> None:
    flow = flow_designer(desk, steps.take_in(desk, app_of("undo_flow", TITLES, flows=[flow_of()])))
    flow.drag_in("condition", 500, 80)
    with flow.saved():
        desk.locator("#undo").click()
    expect(desk.locator(".step")).to_have_count(1)
    with flow.saved():
        desk.locator("#redo").click()
    expect(desk.locator(".step")).to_have_count(2)


EVIL = '<img src=x onerror="document.title=\'run\'"><b hx-get="/evil" hx-trigger="load">javascript:alert(1)</b>'


def evil_app() -> dict[str, Any]:
    app = app_of("evil", [EVIL, "名称"])
    schema = app["forms"][0]["schema"]["properties"]
    schema["kind"] = {"type": "string", "title": EVIL, "oneOf": [{"const": "a", "title": EVIL}], "description": EVIL}
    told = {"to": [{"field": "owner"}], "title": EVIL + "{{ record.text_1 }}", "body": "{{ record.text_1 }}"}
    nodes = [
        {"id": "if", "type": "condition", "title": EVIL, "config": {"when": "record.kind == 'a'"}},
        {"id": "tell", "type": "notify", "title": EVIL, "config": told},
    ]
    lines = [("e1", "start", "out", "if"), ("e2", "if", "true", "tell")]
    edges = tuple({"id": id, "source": source, "port": port, "target": to} for id, source, port, to in lines)
    flow = flow_of(*nodes, edges=edges)
    role = {"format": "role/1", "key": "rep", "title": EVIL, "policies": []}
    app["forms"][0]["title"] = EVIL
    return {**app, "title": EVIL, "flows": [{**flow, "title": EVIL}], "roles": [role]}


def test_t23_titles_options_and_values_are_inert_on_every_page(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    app = steps.take_in(desk, evil_app())
    walk_the_designers(desk, app)
    steps.publish(desk, app)
    record = fill_in_evil(desk, app)
    pages = [app, f"{app}f/visit/", record, f"{app}runs/", "/t/demo/", "/t/demo/notices"]
    for page in pages:
        desk.goto(page)
        assert_inert(desk)
    expect(desk.locator(".notice-title", has_text="<img src=x")).to_have_count(1)
    assert [url for url in asked if url.endswith(("/evil", "/x")) or url.startswith("dialog")] == []


def walk_the_designers(page: Page, app: str) -> None:
    form = form_designer(page, app)
    page.locator(".built-select").last.click()
    expect(form.panel.locator('[name="f.title"]')).to_have_value(EVIL)
    form.add_rule()
    assert_inert(page)
    flow = flow_designer(page, app)
    flow.open("tell")
    assert_inert(page)
    flow.open("if")
    assert_inert(page)


def fill_in_evil(page: Page, app: str) -> str:
    page.goto(f"{app}f/visit/new")
    page.locator('[name="f.text_1"]').fill(EVIL)
    page.locator('[name="f.kind"]').first.check()
    assert_inert(page)
    page.keyboard.press("Control+s")
    page.wait_for_url("**/f/visit/*-*")
    record = page.url

    def told() -> bool:
        page.goto("/t/demo/notices")
        return page.locator(".notice-title", has_text="<img src=x").count() > 0

    until(told)
    return record


def assert_inert(page: Page) -> None:
    """What was written stands there as text: no element and no attribute came of it."""
    expect(page.locator("main")).to_contain_text("<img src=x")
    assert page.locator("main img[src=x], main [hx-get='/evil'], [href^='javascript:']").count() == 0
    assert page.title() != "run"
