"""The flow designer by finger, by keyboard alone, and what a test run and a run draw on it."""

from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.designers import FlowDesigner
from tests.browser.installation import Installation, until
from tests.browser.test_designers import TITLES, app_of, flow_of
from tests.browser.test_main_job import ADMIN

TAG = {"id": "tag", "type": "record.update", "config": {"record": "record.id", "set": {"text_3": "'华东'"}}}
IF = {"id": "if", "type": "condition", "config": {"when": "record.text_1 == '华兴'"}}
LINES = ({"id": "e1", "source": "start", "port": "out", "target": "if"},)
BRANCH = (*LINES, {"id": "e2", "source": "if", "port": "true", "target": "tag"})


def opened(page: Page, lasting: Installation, key: str, **flow: Any) -> tuple[str, FlowDesigner]:
    """An app with one flow, in its designer; the app's address too."""
    steps.sign_in(page, ADMIN, lasting.password)
    app = steps.take_in(page, app_of(key, TITLES, flows=[{**flow_of(IF, TAG, edges=LINES), **flow}]))
    page.goto(f"{app}build/flows/flow")
    return app, FlowDesigner(page)


class Fingers:
    """Fingers on a touch screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.touch("touchStart", start)
        for part in range(1, 9):
            self.touch(
                "touchMove", *[(start[0] + (end[0] - start[0]) * part / 8, start[1] + (end[1] - start[1]) * part / 8)]
            )
        self.touch("touchEnd")

    def spread(self, x: float, y: float) -> None:
        self.touch("touchStart", (x - 30, y))
        self.touch("touchStart", (x - 30, y), (x + 30, y))
        for wider in range(35, 75, 5):
            self.touch("touchMove", (x - wider, y), (x + wider, y))
        self.touch("touchEnd")


def decor_of(page: Page, app: str) -> list[Any]:
    """The frames and notes as the server has them."""
    (flow,) = page.request.get(f"{app}build/export").json()["flows"]
    return [*flow["groups"], *flow["notes"]]


def width(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["width"]


def test_fingers_move_connect_choose_and_pinch(lasting: Installation, open_page: Opened) -> None:
    phone = open_page(lasting.address, PHONE | {"locale": "en-US"})
    near = {"layout": {"start": [0, 0], "if": [20, 160], "tag": [20, 320]}}
    near["notes"] = [{"id": "note1", "text": "问", "at": [260, 0], "size": [60, 60]}]  # type: ignore[assignment]
    _app, flow = opened(phone, lasting, "fingers", **near)
    fingers = Fingers(phone)
    x, y = steps.middle(flow.node("tag"))
    with flow.saved():
        fingers.drag((x - 20, y), (x + 30, y + 40))
    assert steps.middle(flow.node("tag"))[1] > y + 30
    with flow.saved():
        fingers.drag(steps.middle(flow.port("if", "true")), steps.middle(flow.port("tag", "in")))
    expect(phone.locator(".x6-edge")).to_have_count(2)
    before, wide = steps.middle(flow.node("start")), width(flow.node("start"))
    box = flow.canvas.bounding_box()
    assert box
    fingers.spread(box["x"] + 250, box["y"] + box["height"] - 60)
    assert width(flow.node("start")) > wide * 1.5
    fingers.drag((box["x"] + 300, box["y"] + box["height"] - 40), (box["x"] + 260, box["y"] + box["height"] - 90))
    assert steps.middle(flow.node("start")) != before
    phone.locator("#zoom-fit").tap()
    flow.node("if").tap()
    expect(flow.panel.locator("code")).to_have_text("if")
    expect(flow.panel).to_be_visible()
    note = phone.locator(".note")
    note.tap()
    expect(phone.locator("#decor-text")).to_be_visible()
    phone.locator("#zoom-fit").tap()
    (x, y), wide = steps.middle(note.locator(".grip")), width(note)
    with flow.saved():
        fingers.drag((x, y), (x + 40, y))
    assert width(note) > wide + 15


def test_everything_is_done_once_by_keyboard_alone(lasting: Installation, open_page: Opened) -> None:
    desk = open_page(lasting.address, DESK)
    _app, flow = opened(desk, lasting, "keys")
    row, keys, lines = desk.locator(".row-step:focus"), desk.keyboard, desk.locator(".x6-edge")

    def saved(*pressed: str) -> None:
        with flow.saved():
            for key in pressed:
                keys.press(key)

    desk.locator("[data-side=list]").focus()
    keys.press("Enter")
    expect(row).to_contain_text("Record event")
    keys.press("ArrowDown")
    keys.press("+")
    keys.type("no")  # the first list of the line: by which way
    keys.press("Tab")
    keys.type("Set")
    saved("Enter")
    expect(flow.node("set1")).to_be_visible()
    expect(lines).to_have_count(2)
    expect(desk.locator("[data-row=set1] .row-port")).to_have_text("no")
    desk.locator("[data-row=set1]").focus()
    saved("Alt+ArrowUp")
    assert desk.locator(".row-step").evaluate_all("all => all.map(one => one.dataset.row)")[:3] == [
        "start",
        "set1",
        "if",
    ]
    expect(row).to_have_attribute("data-row", "set1")
    saved("Alt+ArrowDown")
    desk.locator("[data-row=set1]").focus()
    keys.press("c")
    keys.press("Tab")
    keys.type("Change")
    saved("Enter")
    expect(lines).to_have_count(3)
    expect(row).to_have_attribute("data-row", "set1")
    keys.press("Enter")
    expect(desk.locator("#node-title")).to_be_focused()
    keys.type("标记")
    saved("Tab")
    expect(desk.locator("[data-row=set1]")).to_contain_text("标记")
    keys.press("Escape")
    expect(row).to_have_attribute("data-row", "set1")
    saved("Delete")
    expect(flow.node("set1")).to_have_count(0)
    saved("Control+z")
    expect(flow.node("set1")).to_be_visible()
    saved("Control+Shift+Z")
    expect(flow.node("set1")).to_have_count(0)
    frame_and_note_by_keyboard(desk, flow)
    flow.canvas.focus()
    saved("a")
    steps.tab_to(desk, desk.locator("#try"), "Shift+Tab")
    keys.press("Enter")
    expect(desk.locator("#try-form button[type=submit]")).to_be_focused()
    keys.press("Enter")
    expect(desk.locator(".try-banner")).to_be_focused()
    expect(flow.node("if")).to_have_class("step step-decide was-done")
    steps.publish_by_keyboard(desk)


def frame_and_note_by_keyboard(desk: Page, flow: FlowDesigner) -> None:
    keys, frame = desk.keyboard, desk.locator(".frame")

    def saved(key: str) -> None:
        with flow.saved():
            keys.press(key)

    desk.locator("[data-row=start]").focus()
    keys.press("ArrowDown")
    keys.press("Shift+ArrowDown")
    expect(desk.locator(".step-selected")).to_have_count(2)
    steps.tab_to(desk, desk.get_by_role("button", name="Put a frame around them"))
    saved("Enter")
    expect(desk.locator("#decor-text")).to_be_focused()
    keys.type("分级")
    saved("Tab")
    steps.tab_to(desk, desk.locator("[data-decor='group:g1']"), "Shift+Tab")
    for key, changes in (("Shift+ArrowRight", (True, False)), ("Alt+ArrowDown", (False, True))):
        before = (width(frame), steps.middle(frame)[1])
        saved(key)
        after = (width(frame), steps.middle(frame)[1])
        assert tuple(now > then + 5 for then, now in zip(before, after, strict=True)) == changes
    expect(desk.locator("[data-decor='group:g1']")).to_be_focused()
    saved("Control+z")
    saved("Control+z")


def test_a_test_run_is_drawn_and_the_run_itself_on_the_same_canvas(lasting: Installation, open_page: Opened) -> None:
    desk = open_page(lasting.address, DESK)
    app, flow = opened(desk, lasting, "tried", edges=list(BRANCH))
    steps.publish(desk, app)
    desk.goto(f"{app}build/flows/flow")
    FlowDesigner(desk)
    desk.locator("#try").click()
    desk.locator('#try-questions [name="f.text_1"]').fill("华兴")
    desk.get_by_role("button", name="Try it").click()
    expect(desk.locator("[data-step=tag] .step-would")).to_have_text("Would change in 拜访: 地区 = 华东")
    expect(flow.node("tag").locator(".step-was")).to_contain_text("Done")
    expect(desk.locator(".line-taken")).to_have_count(2)
    flow.node("if").click()
    expect(desk.locator("[data-step=if]")).to_contain_text("Condition holds")
    desk.goto(f"{app}f/visit/new")
    desk.locator('[name="f.text_1"]').fill("别的")
    desk.get_by_role("button", name="Submit").click()
    desk.wait_for_url("**/f/visit/*-*")
    until(lambda: desk.goto(f"{app}runs/?state=done") and desk.locator("a.run-line").count())  # in a worker's own time
    desk.locator("a.run-line").first.click()
    expect(flow.node("if")).to_have_class("step step-decide was-done")
    expect(flow.node("tag")).to_have_class("step step-data was-none")
    expect(desk.locator("[data-step=if]")).to_contain_text("no")
    desk.get_by_role("link", name="Try it in the designer").click()
    expect(desk.locator(".try-record input:checked")).to_have_count(1)


def test_steps_are_framed_annotated_and_copied_into_another_flow(lasting: Installation, open_page: Opened) -> None:
    desk = open_page(lasting.address, DESK)
    app, flow = opened(desk, lasting, "copied", edges=list(BRANCH))
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    flow.node("if").click()
    flow.node("tag").click(modifiers=["Shift"])
    with flow.saved():
        desk.get_by_role("button", name="Put a frame around them").click()
    desk.locator("#decor-text").fill("分级")
    with flow.saved():
        desk.keyboard.press("Tab")
    expect(desk.locator(".frame-title")).to_have_text("分级")
    before = steps.middle(flow.node("tag"))
    with flow.saved():
        title = desk.locator(".frame-title")
        steps.drag(desk, title, lambda: (before[0] - 200, before[1] + 120))
    assert steps.middle(flow.node("tag")) != before
    with flow.saved():
        desk.locator("#add-note").click()
    desk.locator("#decor-text").fill("问经理")
    with flow.saved():
        desk.keyboard.press("Tab")
    expect(desk.locator(".note")).to_have_text("问经理")
    for one in (desk.locator(".note"), desk.locator(".frame")):
        box = one.bounding_box()
        assert box
        one.click(position={"x": 8, "y": box["height"] - 8})
        before, corner = width(one), steps.middle(one.locator(".grip"))
        with flow.saved():
            steps.drag(desk, one.locator(".grip"), lambda at=corner: (at[0] + 60, at[1] + 30))  # type: ignore[misc]
        assert abs(width(one) - before - 60) < 12
    desk.reload()
    FlowDesigner(desk)
    assert [bool(one["size"]) for one in decor_of(desk, app)] == [True, True]
    flow.node("if").click()
    flow.node("tag").click(modifiers=["Shift"])
    desk.keyboard.press("Control+c")
    steps.new_part(desk, app, "flows", "另一个")
    other = FlowDesigner(desk)
    with other.saved():
        desk.keyboard.press("Control+v")
    expect(desk.locator(".step")).to_have_count(3)
    expect(desk.locator(".x6-edge")).to_have_count(1)
