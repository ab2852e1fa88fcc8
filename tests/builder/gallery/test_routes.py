"""Where an app begins, as an owner's browser sees it."""

import pytest

from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_the_first_visit_of_an_empty_tenant_leads_to_the_ways_to_begin(owner: PageClient) -> None:
    assert owner.get("/t/home/").headers["Location"] == "/t/home/new-app"
    page = owner.get("/t/home/new-app").text
    assert "Welcome" in page
    assert page.count("start-card") == 3


def test_the_bar_shows_where_one_is_while_an_app_begins(owner: PageClient) -> None:
    for page in ("/t/home/new-app", "/t/home/templates/", "/t/home/templates/sales"):
        assert 'href="/t/home/" aria-current="page"' in owner.get(page).text


def test_a_template_shows_what_is_inside_before_it_is_taken(owner: PageClient) -> None:
    assert 'href="/t/home/templates/sales"' in owner.get("/t/home/templates/").text
    page = owner.get("/t/home/templates/sales?form=visit").text
    assert "Age of the CT/MRI in years" in page  # unfolded by a sample record
    assert "Qingshan" in page
    assert owner.get("/t/home/templates/nothing").status_code == 404


def test_a_template_is_taken_with_its_samples_and_they_go_with_one_click(owner: PageClient, home: Home) -> None:
    taken = owner.post("/t/home/templates/sales", data={"title": "Field sales", "sample": "1"})
    assert taken.headers["Location"] == "/t/home/a/field_sales/"
    assert "Field sales" in owner.get("/t/home/a/field_sales/").text
    found = doors.actor_of(home.member_id)
    assert found
    app = releases.find_app("field_sales")
    assert records.page(app.id, "customer", Query(), found[0]).count == 12
    owner.post("/t/home/a/field_sales/build/samples/remove")
    assert records.page(app.id, "customer", Query(), found[0]).count == 0


def test_a_key_that_is_taken_or_none_is_told_and_what_was_typed_stays(owner: PageClient) -> None:
    owner.post("/t/home/templates/sales", data={"title": "One", "key": "one"})
    for key, status in (("one", 409), ("No key", 422)):
        again = owner.post("/t/home/templates/sales", data={"title": "Another title", "key": key})
        assert again.status_code == status
        assert "Another title" in again.text
        assert f'value="{key}"' in again.text
    assert len(releases.apps()) == 1


def test_an_app_is_called_in_its_readers_language_and_renamed_in_each(owner: PageClient) -> None:
    chinese = {"Accept-Language": "zh-CN"}

    def titles() -> list[str]:
        return [owner.get("/t/home/a/sales/", headers=headers).text.split("<h1")[1] for headers in ({}, chinese)]

    owner.post("/t/home/templates/sales", headers=chinese)
    assert releases.find_app("sales").title == "销售管理"
    english, own = titles()
    assert ">Sales<" in english
    assert ">销售管理<" in own
    assert ">Sales<" in owner.get("/t/home/").text
    page = owner.get("/t/home/a/sales/build/").text
    assert 'name="title.en" lang="en" value="Sales"' in page
    assert owner.post("/t/home/a/sales/build/name", data={"title": "北区销售", "title.en": "North"}).status_code == 303
    english, own = titles()
    assert ">North<" in english
    assert ">北区销售<" in own
    owner.post("/t/home/a/sales/build/publish")
    assert ">North<" in titles()[0]
    owner.post("/t/home/a/sales/build/copy", data={"title": "南区销售"})
    assert ">南区销售<" in owner.get("/t/home/a/nanquxiaoshou/build/").text
