"""The form and the flow designer as an admin handles them: by mouse and by what is seen."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import drag, middle


class FormDesigner:
    """The page on which a form is put together."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("#panel")
        page.wait_for_selector("html[data-ready=form]")

    def drag_in(self, kind: str, title: str, rule: str = "") -> None:
        """Drag a field from the palette to the end of the form, or of a rule, and call it so."""
        before = self.page.locator(".built").count()
        self._drag_to_end(self.page.locator(f'[data-kind="{kind}"]'), self.page.locator(f'.drop[data-group="{rule}"]'))
        expect(self.page.locator(".built")).to_have_count(before + 1)
        self.answer("title", title)

    def _drag_to_end(self, source: Locator, drop: Locator) -> None:
        drop.scroll_into_view_if_needed()

        def end() -> tuple[float, float]:
            box = drop.bounding_box()
            assert box
            return box["x"] + box["width"] / 2, box["y"] + box["height"] - 6

        drag(self.page, source, end)

    def answer(self, name: str, text: str) -> None:
        """Fill one question of the panel and wait until the draft has it."""
        with self.saved():
            self.panel.locator(f'[name="f.{name}"]').fill(text)
            self.page.keyboard.press("Tab")

    def require(self) -> None:
        """Say that what is selected must be answered."""
        with self.saved():
            self.panel.locator('[name="f.required"][value=true]').check()

    def add_rule(self) -> None:
        """A rule that asks nothing yet; its panel is open."""
        self.page.keyboard.press("Escape")
        self.tab("rules")
        with self.saved():
            self.panel.locator("[data-op=add_rule]").click()

    def tab(self, name: str) -> None:
        """Open a tab beside the form."""
        self.page.locator(f"#tab-{name}, #show-{name}").click()
        expect(self.page.locator(f"#form-designer[data-tab={name}]")).to_have_count(1)

    def choose(self, title: str) -> None:
        """Open the panel of a field."""
        box = self.box(title)
        box.locator(".built-select").click()
        expect(self.panel.locator(f'form[data-selected="field:{box.get_attribute("data-name")}"]')).to_be_visible()

    def box(self, title: str) -> Locator:
        """A field on the sheet."""
        return self.page.locator(".built", has_text=title)

    def chosen(self) -> list[str]:
        """The titles of the fields that are selected."""
        boxes = self.page.locator(".built-selected")
        expect(boxes).not_to_have_count(0)
        return boxes.evaluate_all("all => all.map(one => one.dataset.title)")

    def rename_a_field(self) -> None:
        """One kind of edit: a property."""
        self.choose("名称")
        self.answer("title", "客户名称")

    def change_a_rule(self) -> None:
        """Another kind: what a rule asks."""
        self.page.locator(".rule-head").first.click()
        with self.saved():
            self.panel.get_by_label("客户名称").check()

    def translate_something(self) -> None:
        """Another kind: a text in the other language."""
        self.tab("texts")
        with self.saved():
            self.page.locator('.texts-cell[lang="en"]').first.fill("Visit")
            self.page.keyboard.press("Tab")

    def write_text(self) -> None:
        """Another kind: the form as text."""
        self.tab("source")
        text = self.page.locator("#source-text")
        with self.saved("/edit"):
            text.fill(text.input_value().replace("装机年限", "年限"))
            text.press("Control+s")

    def paste_all(self) -> None:
        """Another kind: everything once more."""
        self.page.locator("#sheet").focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Control+c")
        with self.saved("/edit"):
            self.page.keyboard.press("Control+v")

    def titles(self) -> list[str]:
        """What the form asks, in order."""
        labels = self.page.locator(".built .q-label")
        found: list[str] = labels.evaluate_all("all => all.map(one => one.firstChild.textContent.trim())")
        return found

    def saved(self, path: str = "") -> "Saved":
        """Wait for what happens inside to be kept, at an address that ends so."""
        return Saved(self.page, path)


class FlowDesigner:
    """The page on which a flow is drawn."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("#panel")
        self.canvas = page.locator("#canvas")
        page.wait_for_selector("html[data-ready=flow]")

    def node(self, id: str) -> Locator:
        """A step on the canvas."""
        return self.page.locator(f'.step[data-node="{id}"]')

    def port(self, id: str, name: str) -> Locator:
        """A port of a step."""
        return self.page.locator(f'[data-cell-id="{id}"] circle[port="{name}"]')

    def drag_in(self, type: str, x: float, y: float) -> str:
        """Drag a step from the palette to a place on the canvas; gives its id, it is selected then."""
        before = self.page.locator(".step").count()
        box = self.canvas.bounding_box()
        assert box
        with self.saved():
            drag(self.page, self.page.locator(f'[data-type="{type}"]'), lambda: (box["x"] + x, box["y"] + y))
        expect(self.page.locator(".step")).to_have_count(before + 1)
        return self.selected()

    def selected(self) -> str:
        """The id of the step whose panel is open."""
        chosen = self.page.locator(".step-selected")
        expect(chosen).to_have_count(1)
        id = chosen.get_attribute("data-node") or ""
        expect(self.panel.locator("code")).to_have_text(id)
        return id

    def connect(self, source: str, port: str, target: str) -> None:
        """Pull a line from a port to another step."""
        before = self.page.locator(".x6-edge").count()
        with self.saved():
            drag(self.page, self.port(source, port), lambda: middle(self.port(target, "in")))
        expect(self.page.locator(".x6-edge")).to_have_count(before + 1)

    def open(self, id: str) -> None:
        """Open the panel of a step."""
        self.node(id).click()
        expect(self.panel.locator("code")).to_have_text(id)

    def answer(self, name: str, text: str) -> None:
        """Fill the text behind one question of the panel."""
        with self.saved():
            self.question(name).locator("[data-face] input, [data-face] textarea").first.fill(text)
            self.page.keyboard.press("Tab")

    def question(self, name: str) -> Locator:
        """One question of the panel."""
        return self.panel.locator(f'.q:has([name="f.{name}"])').last

    def saved(self) -> "Saved":
        """Wait for what happens inside to be kept."""
        return Saved(self.page)


class Saved:
    """A `with` block that ends when the draft was saved after what was done inside."""

    def __init__(self, page: Page, path: str = "") -> None:
        self.page, self.path = page, path

    def __enter__(self) -> "Saved":
        posted = lambda answer: answer.request.method == "POST" and answer.url.endswith(self.path)  # noqa: E731
        self.answer = self.page.expect_response(posted)
        self.posted = self.answer.__enter__()
        return self

    def body(self) -> bytes:
        """What was answered."""
        found: bytes = self.posted.value.body()
        return found

    def __exit__(self, *error: object) -> None:
        self.answer.__exit__(*error)  # type: ignore[arg-type]
        expect(self.page.locator("#save-state")).to_have_attribute("data-state", "saved")


def pick(box: Locator, label: str, option: str) -> None:
    """Choose in one chip."""
    box.get_by_label(label, exact=True).last.select_option(label=option)
