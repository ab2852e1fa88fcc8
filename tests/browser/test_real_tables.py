"""Real tables, taken in by hand: into a clone of the sales template by its import page, and into apps made of files."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlrd
from playwright.sync_api import Locator, Page, expect

from runtime.views.boards.service import FIRST, MORE
from tests.browser import steps
from tests.browser.conftest import DESK, Opened
from tests.browser.installation import Installation
from tests.browser.test_main_job import ADMIN
from tests.real_data import EXCEL, SHARED, needs_real_data, table

pytestmark = needs_real_data

CRM = SHARED / "maven_crm"
STAGES = {"Prospecting": "prospecting", "Engaging": "engaging", "Won": "won", "Lost": "lost"}
LONG = 300_000
"""Milliseconds that ten thousand rows may take beside other tests."""


class Api:
    """REST with a token made on its page: for what is not the point here, and to count what is in the database."""

    def __init__(self, page: Page) -> None:
        page.goto("/t/demo/tokens")
        page.locator("#title").fill("counting")
        for scope in ("app:read", "app:write", "app:publish", "records:read"):
            page.locator(f'#scopes input[value="{scope}"]').check()
        page.get_by_role("button", name="Create token").click()
        self.headers = {"Authorization": f"Bearer {page.get_by_label('Token', exact=True).input_value()}"}
        self.requests = page.request

    def ask(self, path: str, verb: str = "GET", document: Any = None, **asked: Any) -> Any:
        address = f"/api/v1/apps/{path}"
        answer = self.requests.fetch(address, method=verb, headers=self.headers, data=document, params=asked)
        assert answer.ok, answer.text()
        return answer.json()

    def counts(self, form: str, by: str, metric: str = "count") -> dict[str | None, Decimal]:
        """What the records of a form come to, by a field's value."""
        found = self.ask(f"{form}/records/aggregate", group=by, metric=metric)["groups"]
        return {one["keys"][by]: Decimal(str(one["metrics"][metric] or 0)) for one in found}


# --- a clone of the sales template --------------------------------------------------------------------


def test_a_whole_crm_comes_into_a_clone_of_the_sales_template_and_stands_on_its_board(
    lasting: Installation, open_page: Opened, tmp_path: Path
) -> None:
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    app = take_template(page, "Maven sales")
    api = Api(page)
    fit_to_the_tables(api, "maven_sales")
    accounts_are_tried_and_imported(page, app, api)
    opportunities_come_in(page, app, api, tmp_path)
    all_of_them_stand_on_the_board(page, app)
    a_card_is_moved(page, api)


def take_template(page: Page, title: str) -> str:
    """The sales template without its samples, called `title`; gives the address of its pages."""
    page.goto("/t/demo/templates/sales")
    page.locator("#title").fill(title)
    page.get_by_label(re.compile("sample records")).uncheck()
    page.get_by_role("button", name="Take it").click()
    page.wait_for_url(re.compile(r"/a/\w+/$"))
    return page.url


def fit_to_the_tables(api: Api, app: str) -> None:
    """What an admin would change in the designers: the options that the old system had, nothing asked it never knew."""
    forms = {form["key"]: form for form in api.ask(app)["forms"]}
    customer, opportunity = forms["customer"]["schema"], forms["opportunity"]["schema"]
    sectors = {row["sector"] for row in table("accounts.csv")} - {"technolgy"}
    customer["properties"]["industry"]["oneOf"] += options({name: name for name in sectors | {"technology"}})
    customer["required"] = ["name", "industry"]
    opportunity["properties"]["stage"]["oneOf"] += options({"prospecting": "Prospecting", "engaging": "Engaging"})
    products = {row["product"] for row in table("products.csv")}
    opportunity["properties"]["product"]["oneOf"] += options({name: name for name in products})
    for rule in opportunity["allOf"]:
        if "stage" in rule["if"]["properties"]:
            rule["then"].pop("required", None)
    for key in ("customer", "opportunity"):
        api.ask(f"{app}/forms/{key}", "PUT", forms[key])
    api.ask(f"{app}/publish", "POST", {})


def options(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"const": value, "title": title} for value, title in sorted(named.items())]


def accounts_are_tried_and_imported(page: Page, app: str, api: Api) -> None:
    send(page, f"{app}f/customer/", CRM / "accounts.csv")
    choose(page, account="Name", sector="Industry", revenue="Purchases a year", office_location="Address")
    keep_what_has_problems(page)
    page.get_by_role("button", name="Try it without writing").click()
    misspelled = sum(row["sector"] == "technolgy" for row in table("accounts.csv"))
    expect_counts(page, rows=85, new=85, incomplete=misspelled)
    expect(page.locator("main")).to_contain_text("nothing was written")
    assert api.counts("maven_sales/forms/customer", "status") == {}
    page.get_by_role("button", name="Import it now").click()
    expect_counts(page, rows=85, new=85, incomplete=misspelled)
    expected = Counter(row["sector"].replace("technolgy", "") or None for row in table("accounts.csv"))
    assert api.counts("maven_sales/forms/customer", "industry") == expected


def opportunities_come_in(page: Page, app: str, api: Api, folder: Path) -> None:
    """All rows are records; those of a product there is not, or of no customer, are said by row."""
    rows = table("sales_pipeline.csv")
    unknown = [number for number, row in enumerate(rows, start=2) if row["product"] == "GTXPro"]
    blank = [number for number, row in enumerate(rows, start=2) if not row["account"]]
    assert (len(rows), len(unknown), len(blank)) == (8_800, 1_480, 1_425)
    send(page, f"{app}f/opportunity/", CRM / "sales_pipeline.csv")
    expect(fills(page, "product").locator("option:checked")).to_have_text("Product line")
    expect(fills(page, "deal_stage").locator("option:checked")).to_have_text("Stage")
    choose(page, opportunity_id="Name", account="Customer, named by Name")
    choose(page, close_date="Expected close", close_value="Expected amount")
    keep_what_has_problems(page)
    page.get_by_label("Let flows run").uncheck()
    page.get_by_role("button", name="Import", exact=True).click()
    broken = sorted({*unknown, *blank})
    expect_counts(page, rows=8_800, new=8_800, incomplete=len(broken))
    expect(page.locator(".import-fields")).to_contain_text("Product line · 1,480")
    expect(page.locator(".import-fields")).to_contain_text("Customer · 1,425")
    first = page.locator(".import-notes tbody tr", has_text="GTXPro").first
    why = re.compile("“GTXPro” is none of the choices: .* / ")
    expect(first.locator("td")).to_have_text([str(unknown[0]), "Product line", "GTXPro", why])
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download them to mend").click()
    downloaded.value.save_as(folder / "problems.xlsx")
    with closing(openpyxl.load_workbook(folder / "problems.xlsx", read_only=True)) as sent:
        names = [row[0] for row in sent.worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True)]
    assert names == [rows[number - 2]["opportunity_id"] for number in broken]
    products = Counter(row["product"].replace("GTXPro", "") or None for row in rows)
    assert api.counts("maven_sales/forms/opportunity", "product") == products


def all_of_them_stand_on_the_board(page: Page, app: str) -> None:
    """Each column has the count and sum of the file, and shows its cards page by page in their order."""
    values: dict[str, list[Decimal]] = defaultdict(list)
    for row in table("sales_pipeline.csv"):
        values[STAGES[row["deal_stage"]]].append(Decimal(row["close_value"] or 0))
    page.goto(f"{app}v/pipeline")
    page.wait_for_selector("html[data-ready=board]")
    for stage, amounts in values.items():
        expect(lane(page, stage).locator("[data-count]")).to_have_text(f"{len(amounts):,}")
        if stage == "won":
            expect(lane(page, stage).locator("[data-sum]")).to_have_text(f"¥{sum(amounts):,.2f}")
    won = lane(page, "won")
    for cards in (FIRST, FIRST + MORE, FIRST + 2 * MORE):
        expect(won.locator("[data-card]")).to_have_count(cards)
        shown = [Decimal(re.sub("[¥,]", "", text)) for text in won.locator("dd", has_text="¥").all_text_contents()]
        assert shown == sorted(values["won"], reverse=True)[:cards]
        won.locator("[data-more]").scroll_into_view_if_needed()  # the next ones come as one scrolls


def a_card_is_moved(page: Page, api: Api) -> None:
    before = api.counts("maven_sales/forms/opportunity", "stage")
    card = lane(page, "prospecting").locator("[data-card]").first
    name = card.locator(".deal-title").text_content() or ""
    steps.drag(page, card, lambda: steps.middle(lane(page, "engaging").locator("[data-cards]")))
    expect(lane(page, "engaging").locator("[data-card]", has_text=name)).to_be_visible()
    expect(lane(page, "engaging").locator("[data-count]")).to_have_text(f"{before['engaging'] + 1:,}")
    expect(lane(page, "prospecting").locator("[data-count]")).to_have_text(f"{before['prospecting'] - 1:,}")
    moved = {"prospecting": before["prospecting"] - 1, "engaging": before["engaging"] + 1}
    assert api.counts("maven_sales/forms/opportunity", "stage") == before | moved


def test_the_customers_of_ten_thousand_orders_come_into_a_clone_each_once(
    lasting: Installation, open_page: Opened
) -> None:
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    app = take_template(page, "Superstore sales")
    sheet = xlrd.open_workbook(str(EXCEL)).sheet_by_name("订单")
    place = sheet.row_values(0).index("客户名称")
    customers = {str(name) for name in sheet.col_values(place, 1)}
    send(page, f"{app}f/customer/", EXCEL)
    expect(fills(page, "客户名称").locator("option:checked")).to_have_text("Name")
    page.get_by_label("Change the record that is there, else make a new one").check()
    page.get_by_label("The record that is there is found by").select_option(label="Name")
    keep_what_has_problems(page)
    page.get_by_label("Let flows run").uncheck()
    page.get_by_role("button", name="Import", exact=True).click()
    expect_counts(page, rows=10_000, new=len(customers), incomplete=len(customers), refused=0)
    expect_counts(page, **{"as they were": 10_000 - len(customers)})
    found = Api(page).ask("superstore_sales/forms/customer/records", limit=1)
    assert found["count"] == len(customers)


# --- apps made of the files -----------------------------------------------------------------------------


def test_all_files_become_apps_whose_rows_are_all_there(lasting: Installation, open_page: Opened) -> None:
    page = open_page(lasting.address, DESK)
    steps.sign_in(page, ADMIN, lasting.password)
    names = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
    crm = make_app(page, "Old CRM", [CRM / name for name in names])
    store = make_app(page, "Superstore", [EXCEL])
    api = Api(page)
    crm_is_in(page, crm, api)
    store_is_in(page, store, api)


def make_app(page: Page, title: str, files: Iterable[Path]) -> str:
    """An app as it is proposed; gives the address of the page that tells how its rows come in."""
    page.goto("/t/demo/new-app")
    page.locator("#tables").set_input_files(list(files))
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what we found", timeout=LONG)
    page.locator("#title").fill(title)
    page.get_by_role("button", name="Make the app").click()
    expect(page.locator(".coming").first).to_be_visible()
    return page.url


def crm_is_in(page: Page, address: str, api: Api) -> None:
    page.goto(address)
    expect(page.locator("#stage")).to_contain_text("Everything is in.", timeout=LONG)
    expect(page.locator(".coming")).to_contain_text(
        ["85 records made", "7 records made", "35 records made", "8,800 records made"]
    )
    expect(page.locator(".coming").last).to_contain_text("1,480 of them are incomplete")
    rows = table("sales_pipeline.csv")
    first = next(number for number, row in enumerate(rows, start=2) if row["product"] == "GTXPro")
    page.get_by_text("What was odd, row by row").click()
    expect(page.locator(".coming-notes li").first).to_contain_text(f"Row {first}")
    expect(page.locator(".coming-notes li").first).to_contain_text("GTXPro")
    pipeline = "old_crm/forms/sales_pipeline"
    assert api.counts(pipeline, "deal_stage") == Counter(row["deal_stage"] for row in rows)
    values = sum(Decimal(row["close_value"] or 0) for row in rows)
    assert sum(api.counts(pipeline, "deal_stage", "sum:close_value").values()) == values
    assert api.counts(pipeline, "account")[None] == sum(not row["account"] for row in rows)


def store_is_in(page: Page, address: str, api: Api) -> None:
    page.goto(address)
    expect(page.locator("#stage")).to_contain_text("Everything is in.", timeout=LONG)
    book = xlrd.open_workbook(str(EXCEL))
    forms = {form["title"]: form["key"] for form in api.ask("superstore")["forms"]}
    for sheet in book.sheets():
        found = api.ask(f"superstore/forms/{forms[sheet.name]}/records", limit=1)
        assert (sheet.name, found["count"]) == (sheet.name, sheet.nrows - 1)
    orders = book.sheet_by_name("订单")
    header = orders.row_values(0)
    kinds, sold = orders.col_values(header.index("类别"), 1), orders.col_values(header.index("数量"), 1)
    expected: Counter[str] = Counter()
    for kind, number in zip(kinds, sold, strict=True):
        expected[str(kind)] += int(number)
    assert api.counts(f"superstore/forms/{forms['订单']}", "类别", "sum:数量") == expected


def lane(page: Page, stage: str) -> Locator:
    """A column of the board."""
    return page.locator(f"[data-lane='\"{stage}\"']")


# --- what hands do on the import page -------------------------------------------------------------------


def send(page: Page, form: str, file: Path) -> None:
    page.goto(f"{form}import")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Go on to the columns").click()


def fills(page: Page, column: str) -> Locator:
    return page.get_by_label(f"What “{column}” fills")


def choose(page: Page, **columns: str) -> None:
    for column, field in columns.items():
        fills(page, column).select_option(label=field)


def keep_what_has_problems(page: Page) -> None:
    page.get_by_label("Keep rows with problems too").check()


def expect_counts(page: Page, **counts: int) -> None:
    """Wait for the end of an import and hold what it tells to these counts, by their words."""
    for word, number in counts.items():
        told = page.locator(".import-count", has_text=word).locator("strong")
        expect(told).to_have_text(f"{number:,}", timeout=LONG)
