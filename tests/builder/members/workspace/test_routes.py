"""The settings of the workspace."""

import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from builder.members.workspace import service
from runtime.audit import service as audit
from runtime.contracts import Actor
from runtime.db import db
from runtime.flows.models import FlowTimer
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.releases import service as releases
from tests.client import PageClient, without_tokens
from tests.conftest import PASSWORD, Home
from tests.runtime.files.test_pictures import GIF, PNG

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HERE = "/t/home/settings"
LOOK = {"title": "华东<销售>", "lang": "zh-CN", "timezone": "Asia/Tokyo", "accent": "red"}


def with_logo(data: bytes, name: str = "logo.png") -> dict[str, object]:
    return LOOK | {"logo": (io.BytesIO(data), name)}


def test_name_colour_language_and_zone_are_kept_seen_and_noted(home: Home, owner: PageClient) -> None:
    assert owner.post(f"{HERE}/look", data=LOOK).status_code == 303
    page = owner.get(HERE).text
    assert ('data-accent="red"' in page, "华东&lt;销售&gt;" in page) == (True, True)
    kept = identity.this_tenant()
    assert (kept.title, kept.lang, kept.timezone) == ("华东<销售>", "zh-CN", "Asia/Tokyo")
    (noted,) = audit.entries()
    assert (noted.act, noted.actor_id, noted.about["accent"]) == ("settings.look", home.member_id, "red")


def test_another_time_zone_sets_the_clocks_of_every_app_at_once(home: Home, owner: PageClient) -> None:
    actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
    for key, zone in (("crm", ""), ("erp", ""), ("own", "Europe/Berlin")):
        config = {"plan": {"cron": "0 9 * * *"}, **({"timezone": zone} if zone else {})}
        start = {"id": "start", "type": "trigger.schedule", "config": config}
        flow = {"format": "flow/1", "key": "daily", "title": "Daily", "nodes": [start], "edges": []}
        document = {"format": "app/1", "key": key, "title": key, "forms": [], "flows": [flow]}
        releases.add_release(releases.create_app(key, key, "zh-CN", actor), document, "", actor)
    releases.create_app("draft", "Draft", "zh-CN", actor)

    def hours() -> list[int]:
        found = db.session.scalars(select(FlowTimer).order_by(FlowTimer.id).execution_options(populate_existing=True))
        return [timer.due.hour for timer in found if timer.due]

    before = hours()
    assert before[:2] == [1, 1]  # nine in Shanghai
    assert owner.post(f"{HERE}/look", data=LOOK).status_code == 303
    assert hours() == [0, 0, before[2]]


def test_what_is_wrong_is_said_and_nothing_is_lost(home: Home, owner: PageClient) -> None:
    answer = owner.post(f"{HERE}/look", data=LOOK | {"timezone": "Mars", "title": "Neu"})
    assert (answer.status_code, 'value="Neu"' in answer.text, 'value="Mars"' in answer.text) == (422, True, True)
    wrong = {"days": ["mon"], "from1": "09:00", "to1": "18:00", "holidays": "<bald>", "workdays": ""}
    answer = owner.post(f"{HERE}/calendar", data=wrong)
    assert (answer.status_code, "&lt;bald&gt;</textarea>" in answer.text) == (422, True)
    assert identity.this_tenant().title == "Home"


def test_working_time_is_kept_and_counted_by(home: Home, owner: PageClient) -> None:
    form = {"days": ["mon", "sat"], "from1": "10:00", "to1": "19:00", "holidays": "2026-10-01", "workdays": ""}
    assert owner.post(f"{HERE}/calendar", data=form).status_code == 303
    actor, _ = doors.actor_of(home.member_id)  # type: ignore[misc]
    assert actor.week
    assert [actor.week.works(date(2026, 11, day)) for day in (28, 24)] == [True, False]
    assert "2026-10-01</textarea>" in owner.get(HERE).text
    assert [entry.act for entry in audit.entries()] == ["settings.calendar"]


def test_a_logo_stands_in_the_side_bar_until_it_is_changed_or_removed(home: Home, owner: PageClient) -> None:
    assert owner.get("/t/home/logo").status_code == 404
    assert owner.post(f"{HERE}/look", data=with_logo(PNG)).status_code == 303
    assert 'class="brand-logo" src="/t/home/logo?v=' in owner.get(HERE).text
    answer = owner.get("/t/home/logo")
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert (answer.headers["X-Content-Type-Options"], "sandbox" in answer.headers["Content-Security-Policy"]) == (
        "nosniff", True,
    )  # fmt: skip
    owner.post(f"{HERE}/look", data=with_logo(GIF, "x.png"))
    assert owner.get("/t/home/logo").mimetype == "image/gif"
    owner.post(f"{HERE}/look", data=LOOK | {"no_logo": "on"})
    assert owner.get("/t/home/logo").status_code == 404


@pytest.mark.parametrize("data", [b"<svg onload='alert(1)'/>", b"<html><script>", PNG[:30], PNG + b"<script>"])
def test_t24_only_a_real_picture_becomes_the_logo(home: Home, owner: PageClient, data: bytes) -> None:
    answer = owner.post(f"{HERE}/look", data=with_logo(data, "logo.png"))
    assert (answer.status_code, "This is no picture" in answer.text) == (422, True)
    assert owner.get("/t/home/logo").status_code == 404


def test_t24_a_picture_of_many_pixels_or_bytes_is_refused(
    home: Home, owner: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LOGO_BYTES", 10_000)
    huge = PNG.replace(b"\x00\x00\x00\x01\x00\x00\x00\x01", b"\x00\x00\xff\xff\x00\x00\xff\xff")
    long = PNG[:33] + b"\x00" * 20_000 + PNG[-12:]
    for data in (huge, long):
        assert owner.post(f"{HERE}/look", data=with_logo(data)).status_code == 422


def test_the_sign_in_page_of_a_tenant_shows_who_it_is_only_where_it_wants_that(
    home: Home, app: Flask, owner: PageClient
) -> None:
    owner.post(f"{HERE}/look", data=with_logo(PNG))
    closed, missing = (app.test_client().get(f"/sign-in/{key}") for key in ("home", "nowhere"))
    assert "华东" not in closed.text
    ours, nowhere = without_tokens(closed.text), without_tokens(missing.text)
    assert [line for line in ours if "home" not in line] == [line for line in nowhere if "nowhere" not in line]
    assert app.test_client().get("/logo/home").status_code == 404
    owner.post(f"{HERE}/look", data=LOOK | {"own_door": "on"})
    stranger = app.test_client()
    page = stranger.get("/sign-in/home").text
    assert ("华东&lt;销售&gt;" in page, 'src="/logo/home"' in page, 'data-accent="red"' in page) == (True, True, True)
    assert stranger.get("/logo/home").data == PNG
    wrong = stranger.post("/sign-in", data={"sign_in": "li@example.com", "password": "x", "home": "home"})
    assert (wrong.status_code, "华东&lt;销售&gt;" in wrong.text) == (401, True)


def test_who_is_no_admin_changes_nothing(home: Home, app: Flask) -> None:
    account = accounts.create_account("rep@example.com", PASSWORD)
    identity.add_member("销售", account.id)
    client = app.test_client()
    client.sign_in(doors.open_session(account))
    answers = [client.get(HERE), client.post(f"{HERE}/look", data=LOOK), client.post(f"{HERE}/calendar")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert client.get("/t/home/logo").status_code == 404
