"""The designer of views: made, changed, previewed and published in the browser."""

from typing import Any

import pytest

from builder.drafts import service as drafts
from builder.publishing import service as publishing
from runtime.contracts import Actor, Change
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home
from tests.runtime.views.documents import APP

BUILD = "/t/home/a/crm/build/views/"
EN = {"Accept-Language": "en"}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def boss(home: Home, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr("runtime.events.wake", lambda: None)
    actor, _ = doors.actor_of(home.member_id)  # type: ignore[misc]
    app, _number = publishing.take_in(APP | {"views": []}, actor, live=True)
    records.change(Change(app.id, "deal", "create", {"name": "大单", "stage": "won", "amount": 5}), actor)
    return actor


def keep(page: PageClient, there: str, rev: int, **said: Any) -> str:
    """The desk after its panel was answered."""
    answers = {f"f.{name}": value for name, value in {"title": "x", "form": "deal", **said}.items()}
    return str(page.post(there, data=answers | {"rev": str(rev)}, headers=EN).text)


def document(key: str) -> dict[str, Any]:
    return dict(drafts.find(releases.find_app("crm"), "views", key).document)


def test_a_board_is_made_changed_and_goes_live(boss: Actor, owner: PageClient) -> None:
    there = owner.post(BUILD, data={"title": "Pipeline"}).location
    assert there == f"{BUILD}pipeline"
    page = owner.get(there, headers=EN).text
    assert "大单" in page
    said = {"title": "商机看板", "kind": "kanban", "group": "stage", "card": ["name", "amount"]}
    desk = keep(owner, there, 1, **said, sum="amount", sort="-amount")
    assert "<html" not in desk
    assert "¥5.00" in desk
    assert document("pipeline")["sort"] == ["-amount"]
    narrowed = owner.post(
        f"{there}/conditions", data={"field": "stage", "op": "in", "value": "lead", "rev": "2"}, headers=EN
    ).text
    assert "大单" not in narrowed
    assert "大单" in owner.post(f"{there}/conditions/0/remove", data={"rev": "3"}, headers=EN).text
    assert owner.post("/t/home/a/crm/build/publish", data={}).status_code == 303
    assert "大单" in owner.get("/t/home/a/crm/v/pipeline").text


def test_calendars_and_tables_are_previewed_too(boss: Actor, owner: PageClient) -> None:
    there = owner.post(BUILD, data={"title": "x"}).location
    table = owner.post(
        there, data={"f.title": "x", "f.kind": "table", "f.form": "deal", "f.columns": "amount", "rev": "1"}
    ).text
    assert "¥5.00" in table
    calendar = owner.post(
        there, data={"f.title": "x", "f.kind": "calendar", "f.form": "deal", "f.start": "close", "rev": "2"}
    ).text
    assert 'class="month"' in calendar


def test_a_form_that_is_not_live_shows_no_records_but_the_view_is_kept(boss: Actor, owner: PageClient) -> None:
    form = {
        "format": "form/1",
        "key": "new",
        "title": "新",
        "schema": {"type": "object", "properties": {"day": {"type": "string", "format": "date"}}},
    }
    drafts.add_form(releases.find_app("crm"), form, boss)
    there = owner.post(BUILD, data={"title": "x"}).location
    text = owner.post(
        there, data={"f.title": "x", "f.kind": "calendar", "f.form": "new", "f.start": "day", "rev": "1"}, headers=EN
    ).text
    assert "once the form is live" in text
    assert document("x")["start"] == "day"


def test_what_does_not_fit_is_said_and_marked(boss: Actor, owner: PageClient) -> None:
    view = {"format": "view/1", "key": "odd", "title": "odd", "kind": "kanban", "form": "deal", "group": "name"}
    drafts.save(releases.find_app("crm"), "views", "odd", view, None, boss)
    text = owner.get(f"{BUILD}odd", headers=EN).text
    assert text.count("A board needs a field with choices") >= 2
    assert "Mend what is marked first" in text


def test_t41_of_two_who_edit_a_view_the_second_sees_what_the_first_made(boss: Actor, owner: PageClient) -> None:
    there = owner.post(BUILD, data={"title": "x"}).location
    sent = {"f.title": "first", "f.kind": "kanban", "f.form": "deal", "f.group": "stage", "rev": "1"}
    owner.post(there, data=sent)
    late = owner.post(there, data=sent | {"f.title": "second"}, headers=EN).text
    assert "Somebody else changed this" in late
    assert document("x")["title"] == "first"


def test_t04_a_condition_about_what_is_no_field_is_refused(boss: Actor, owner: PageClient) -> None:
    there = owner.post(BUILD, data={"title": "x"}).location
    for field in ('x"; DROP', "data->>'a'", "", "tenant_id"):
        assert owner.get(f"{there}/condition", query_string={"field": field}).status_code == 400
        assert (
            owner.post(f"{there}/conditions", data={"field": field, "op": "eq", "value": "1", "rev": "1"}).status_code
            == 400
        )
