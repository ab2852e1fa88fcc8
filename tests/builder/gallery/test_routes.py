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
