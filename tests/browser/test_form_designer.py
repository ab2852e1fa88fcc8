"""The form designer as an admin works in it all day: by keyboard, back and forth, beside others, from form to form."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESK, Opened
from tests.browser.designers import FormDesigner
from tests.browser.installation import Installation
from tests.browser.test_main_job import ADMIN

VISIT = {
    "format": "form/1",
    "key": "visit",
    "title": "拜访",
    "x-mine": {"kept": True},
    "schema": {
        "type": "object",
        "properties": {
            "kind": {
                "type": "string",
                "title": "客户类型",
                "oneOf": [{"const": "hospital", "title": "医院"}, {"const": "dealer", "title": "经销商"}],
            },
            "name": {"type": "string", "title": "名称"},
        },
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "hospital"}}, "required": ["kind"]},
                "then": {"properties": {"age": {"type": "integer", "title": "装机年限"}}, "required": ["age"]},
            }
        ],
    },
    "ui": {"kind": {"ui:widget": "radio"}},
}
BLANK = {"format": "form/1", "key": "other", "title": "别的", "schema": {"type": "object", "properties": {}}}

REP = {
    "format": "role/1",
    "key": "rep",
    "title": "销售",
    "policies": [{"form": "visit", "read": ["*"], "write": ["*"], "acts": ["create"]}],
}


def app_of(key: str, *forms: dict[str, Any]) -> dict[str, Any]:
    return {"format": "app/1", "key": key, "title": key, "lang": "zh-CN", "forms": list(forms)}


@pytest.fixture
def desk(lasting: Installation, open_page: Opened) -> Page:
    """An admin's desktop, signed in."""
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    return page


def designer(page: Page, app: str, form: str = "visit") -> FormDesigner:
    page.goto(f"{app}build/forms/{form}")
    return FormDesigner(page)


def draft(page: Page, app: str, form: str = "visit") -> dict[str, Any]:
    """The form as the server has it."""
    found: dict[str, Any] = page.request.get(f"{app}build/export").json()
    return next(one for one in found["forms"] if one["key"] == form)


def press(form: FormDesigner, *keys: str) -> None:
    """Keys that each change the draft."""
    for key in keys:
        with form.saved():
            form.page.keyboard.press(key)


def test_everything_in_the_designer_once_by_keyboard_alone(desk: Page) -> None:
    app = steps.take_in(desk, {**app_of("form_keys", VISIT, BLANK), "roles": [REP]})
    form, keys = designer(desk, app), desk.keyboard
    keys.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    keys.press("Escape")
    keys.press("/")
    keys.type("mc")  # 名称 by its initials
    keys.press("Enter")
    expect(desk.locator("#sheet")).to_be_focused()
    assert form.chosen() == ["名称"]
    keys.press("Enter")
    expect(form.panel.locator('[name="f.title"]')).to_be_focused()
    keys.press("Control+a")
    keys.type("客户名称")
    press(form, "Control+s")
    keys.press("Escape")
    press(form, "Control+d", "Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowUp", "Delete")
    assert form.titles() == ["客户类型", "客户名称", "装机年限"]
    keys.press("Shift+F6")
    keys.type("date")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    press(form, "Enter")
    assert form.titles()[-1] == "Date"
    keys.press("F6")
    keys.press("F6")
    keys.press("ArrowRight")
    expect(desk.locator("#form-designer[data-tab=rules]")).to_have_count(1)
    expect(form.panel.locator("[data-op=add_rule]")).to_be_visible()
    keys.press("Tab")
    keys.press("Tab")
    press(form, "Enter")
    expect(desk.locator(".rule-box")).to_have_count(2)
    steps.tab_to(desk, form.panel.get_by_label("客户名称"))
    press(form, "Space")
    assert list(draft(desk, app)["schema"]["allOf"][1]["then"]["properties"]) == ["name"]
    press(form, "Control+z", "Control+z")
    expect(desk.locator(".rule-box")).to_have_count(1)
    press(form, "Control+y")
    expect(desk.locator(".rule-box")).to_have_count(2)
    press(form, "Control+z")
    hide_from_a_role_by_keyboard(desk, app, form)
    translate_by_keyboard(desk, form)
    into_another_form_by_keyboard(desk, app)
    steps.publish_by_keyboard(desk)


def hide_from_a_role_by_keyboard(desk: Page, app: str, form: FormDesigner) -> None:
    keys = desk.keyboard
    desk.locator("#sheet").focus()
    keys.press("Home")
    keys.press("ArrowDown")
    assert form.chosen() == ["客户名称"]
    mark = form.panel.get_by_role("checkbox", name="销售 may see it")
    expect(mark).to_be_checked()
    keys.press("Enter")
    expect(form.panel.locator('[name="f.title"]')).to_be_focused()
    steps.tab_to(desk, mark)
    press(form, "Space")
    expect(mark).not_to_be_checked()
    expect(mark).to_be_focused()
    expect(form.panel.get_by_role("checkbox", name="销售 may change it")).not_to_be_checked()
    (role,) = desk.request.get(f"{app}build/export").json()["roles"]
    assert role["policies"][0]["read_except"] == ["name"]
    press(form, "Control+z")
    expect(mark).to_be_checked()


def translate_by_keyboard(desk: Page, form: FormDesigner) -> None:
    desk.keyboard.press("F6")
    while desk.locator("#form-designer[data-tab=texts]").count() == 0:
        desk.keyboard.press("F6")
        desk.keyboard.press("ArrowRight")
    expect(desk.locator("#texts-missing")).to_have_text("Missing: 7")
    desk.locator('.texts-cell[lang="en"]').first.focus()
    desk.keyboard.type("Visit")
    press(form, "Enter")
    desk.keyboard.type("Customer type")
    press(form, "Enter")
    expect(desk.locator("#texts-missing")).to_have_text("Missing: 5")


def into_another_form_by_keyboard(desk: Page, app: str) -> None:
    form_titles = designer(desk, app).titles()
    desk.keyboard.press("Home")
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Control+c")
    other = designer(desk, app, "other")
    press(other, "Control+v")
    assert other.titles() == form_titles == ["Customer type", "客户名称", "装机年限", "Date"]
    (rule,) = draft(desk, app, "other")["schema"]["allOf"]
    assert rule["if"]["required"] == ["kind"]
    assert rule["then"]["required"] == ["age"]


def test_every_kind_of_edit_is_undone_and_done_again_in_any_tab(desk: Page) -> None:
    app = steps.take_in(desk, app_of("history", VISIT))
    form, states = designer(desk, app), [draft(desk, app)]
    for act in (form.rename_a_field, form.change_a_rule, form.translate_something, form.write_text, form.paste_all):
        act()
        states.append(draft(desk, app))
    assert len({str(state) for state in states}) == 6
    for state in reversed(states[:-1]):
        with form.saved():
            desk.locator("#undo").click()
        assert draft(desk, app) == state
    expect(desk.locator("#undo")).to_be_disabled()
    desk.locator("#sheet").focus()
    for state in states[1:]:
        press(form, "Control+y")
        assert draft(desk, app) == state


def test_undo_belongs_to_the_text_while_one_types_and_to_the_form_before_and_after(desk: Page) -> None:
    form = designer(desk, steps.take_in(desk, app_of("typing", VISIT)))
    form.choose("名称")
    form.answer("title", "客户")
    title = form.panel.locator('[name="f.title"]')
    title.focus()
    desk.keyboard.press("End")
    desk.keyboard.type("们")
    desk.keyboard.press("Control+z")
    expect(title).to_have_value("客户")
    desk.keyboard.press("Tab")
    title.focus()
    press(form, "Control+z")
    expect(title).to_have_value("名称")


def test_what_another_admin_did_is_not_undone_by_mine(desk: Page, lasting: Installation, open_page: Opened) -> None:
    app = steps.take_in(desk, app_of("beside", VISIT))
    other = open_page(lasting.address, DESK)
    steps.sign_in(other, ADMIN, lasting.password)
    mine, theirs = designer(desk, app), designer(other, app)
    with mine.saved():
        mine.box("名称").locator('[data-act="remove"]').evaluate("button => button.click()")
    theirs.choose("装机年限")
    theirs.panel.locator('[name="f.title"]').fill("年限")
    other.keyboard.press("Tab")
    expect(other.locator("#save-state")).to_have_attribute("data-state", "raced")
    desk.locator("#undo").click()
    expect(desk.locator("#save-state")).to_have_attribute("data-state", "raced")
    assert mine.titles() == ["客户类型", "名称", "年限"]


def test_the_preview_unfolds_at_both_widths_follows_every_act_and_keeps_nothing(desk: Page) -> None:
    app = steps.take_in(desk, app_of("preview", VISIT))
    form = designer(desk, app)
    desk.locator("#show-preview").click()
    phone, wide = (desk.frame_locator(f".preview-{width} iframe") for width in ("phone", "desk"))
    for frame in (phone, wide):
        frame.locator("html[data-ready=preview]").wait_for(state="attached")
        expect(frame.get_by_text("装机年限")).to_have_count(0)
        frame.get_by_label("医院").check()
        expect(frame.get_by_text("装机年限")).to_be_visible()
    widths = [frame.locator("html").evaluate("page => page.clientWidth") for frame in (phone, wide)]
    assert widths[0] == 390
    assert widths[1] >= 880
    phone.get_by_role("button", name="Submit").click()
    expect(phone.locator("#problems")).to_be_visible()
    desk.locator('#outline [data-name="age"]').click()
    form.answer("title", "CT 年限")
    for frame in (phone, wide):
        expect(frame.get_by_text("CT 年限")).to_be_visible()
        expect(frame.get_by_label("医院")).to_be_checked()
    phone.locator('[name="f.age"]').fill("3")
    phone.get_by_role("button", name="Submit").click()
    expect(phone.locator(".preview-fine")).to_be_visible()
    steps.publish(desk, app)
    assert desk.request.get(f"{app}f/visit/").text().count("/edit") == 0


def test_text_is_checked_at_its_line_and_kept_only_when_it_is_sound(desk: Page) -> None:
    app = steps.take_in(desk, app_of("text", VISIT))
    form = designer(desk, app)
    form.tab("source")
    text = desk.locator("#source-text")
    written = text.input_value()
    text.fill(written.replace('"integer"', '"intger"'))
    wrong = written[: written.index('"integer"')].count("\n") + 1
    expect(desk.locator(".source-problem")).to_contain_text(f"Line {wrong},")
    expect(desk.locator("#source-keep")).to_be_disabled()
    text.press("Control+s")
    assert draft(desk, app) == VISIT
    desk.locator(".source-problem").first.click()
    caret = text.evaluate("it => it.value.slice(0, it.selectionStart).split('\\n').length")
    assert caret == wrong
    text.fill(written[:-3])
    expect(desk.locator(".source-problem")).to_contain_text("Line")
    text.fill(written.replace("装机年限", "年限"))
    expect(desk.locator("#source-keep")).to_be_enabled()
    form.tab("check")
    form.tab("source")
    expect(text).to_have_value(written.replace("装机年限", "年限"))
    with form.saved("/edit"):
        text.press("Control+s")
    kept = draft(desk, app)
    assert kept["schema"]["allOf"][0]["then"]["properties"]["age"]["title"] == "年限"
    assert kept["x-mine"] == VISIT["x-mine"]


def test_an_earlier_release_comes_back_with_the_field_that_went(desk: Page) -> None:
    app = steps.take_in(desk, app_of("back", VISIT))
    steps.publish(desk, app)
    form = designer(desk, app)
    with form.saved():
        form.box("名称").locator('[data-act="remove"]').evaluate("button => button.click()")
    steps.publish(desk, app)
    desk.goto(f"{app}build/releases/?from=1&to=2")
    expect(desk.locator(".change")).to_contain_text("Removed: “名称”.")
    desk.locator(".release", has_text="Release 1").get_by_role("button", name="Go back to it").click()
    desk.locator("#confirm").get_by_role("button", name="Make it the draft").click()
    expect(desk.locator("main")).to_contain_text("is back, with what is stored in it")
    desk.get_by_role("button", name="Publish now").click()
    expect(desk.locator("#toasts")).to_contain_text("Release 3 is live.")


def test_one_of_300_fields_is_found_and_changed_at_once(desk: Page) -> None:
    fields = {f"f{number}": {"type": "string", "title": f"问题{number}"} for number in range(299)}
    large = {**BLANK, "schema": {"type": "object", "properties": {**fields, "z": {"type": "string", "title": "预算"}}}}
    form = designer(desk, steps.take_in(desk, app_of("large", large)), "other")
    desk.keyboard.press("/")
    desk.keyboard.type("yusuan")
    expect(desk.locator("#outline .palette-item:visible")).to_have_text(["预算"])
    desk.keyboard.press("Enter")
    assert form.chosen() == ["预算"]
    with form.saved() as saved:
        desk.keyboard.press("Alt+ArrowUp")
    assert len(saved.body()) < 150_000
