"""The page of releases, and the way back."""

import pytest
from flask import Flask
from sqlalchemy import select

from builder.drafts import service as drafts
from builder.drafts.models import Draft
from builder.publishing import service
from runtime.contracts import Actor
from runtime.db import db
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from runtime.releases.models import App
from tests.builder.publishing.versions.test_restoring import FIELD, app_of
from tests.client import PageClient
from tests.conftest import Home

PAGE = "/t/home/a/crm/build/releases/"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found
    return found[0] if isinstance(found, tuple) else found


@pytest.fixture
def crm(boss: Actor) -> App:
    """An app with two releases, the second without a field and a form, and a draft with one form more."""
    app, _ = service.take_in(app_of(visit={"a": FIELD, "b": FIELD}, old={"d": FIELD}), boss, live=True)
    drafts.save(app, "forms", "visit", app_of(visit={"a": FIELD})["forms"][0], None, boss)
    drafts.remove(app, "forms", "old", boss)
    service.publish(app, "只留一个", boss)
    drafts.save(app, "forms", "more", app_of(more={})["forms"][0], None, boss)
    return app


def test_every_release_is_listed_with_who_when_and_why(crm: App, owner: PageClient) -> None:
    page = owner.get(PAGE).text
    assert page.index("Release 2") < page.index("Release 1")
    assert all(words in page for words in ("只留一个", "李娜", "What changed"))


def test_any_two_are_compared_and_one_that_is_not_there_is_not_found(crm: App, owner: PageClient) -> None:
    assert "Removed: “名称”." in owner.get(f"{PAGE}?from=1&to=2").text
    assert "New: “名称” (Text)." in owner.get(f"{PAGE}?from=2&to=1").text
    for asked in ("from=9", "to=-1", "to=x", "from=1&to=99999999999999999999", "from="):
        assert owner.get(f"{PAGE}?{asked}").status_code == 404


def test_an_earlier_release_becomes_the_draft_and_is_published_under_a_new_number(
    crm: App, owner: PageClient, boss: Actor
) -> None:
    revs = dict(db.session.execute(select(Draft.key, Draft.rev)).all())
    answer = owner.post(f"{PAGE}1/restore")
    assert answer.status_code == 303
    assert answer.location.startswith("/t/home/a/crm/build/publish?note=")
    assert [form["key"] for form in drafts.whole(crm)["forms"]] == ["visit", "old"]
    assert drafts.find(crm, "forms", "visit").rev == revs["visit"] + 1
    assert releases.current(crm.id).number == 2
    assert "“名称” is back" in owner.get(answer.location).text
    assert service.publish(crm, "", boss).number == 3
    assert releases.at(crm.id, 1).document == app_of(visit={"a": FIELD, "b": FIELD}, old={"d": FIELD})


def test_t15_who_only_fills_in_sees_no_release_and_goes_back_to_none(app: Flask, crm: App, home: Home) -> None:
    account = accounts.create_account("rep@example.com", "correct horse 9", "张三")
    identity.add_member("张三", account.id)
    rep = app.test_client()
    rep.sign_in(doors.open_session(accounts.find_account_by_id(account.id)))  # type: ignore[attr-defined]
    before = drafts.whole(crm)
    assert rep.get(PAGE).status_code == 403
    assert rep.post(f"{PAGE}1/restore").status_code == 403
    for path in ("edit", "panel", "fragment", "source", "preview", "preview/now"):
        assert rep.post(f"/t/home/a/crm/build/forms/visit/{path}").status_code == 403
    assert drafts.whole(crm) == before


def test_a_release_that_is_not_there_cannot_come_back(crm: App, owner: PageClient) -> None:
    before = drafts.whole(crm)
    for number in ("0", "9", "x", "-1", "1" * 40):
        assert owner.post(f"{PAGE}{number}/restore").status_code == 404
    assert drafts.whole(crm) == before
